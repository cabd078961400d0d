import { own } from '../domain/json.ts';
import { cut } from '../domain/limits.ts';

/** What the unit that an external sensor names means in Home Assistant. */
export interface UnitRow {
  readonly unit?: string;
  /** only where no other quantity has that unit */
  readonly deviceClass?: string;
}

const celsius = { unit: '°C', deviceClass: 'temperature' } as const;
const fahrenheit = { unit: '°F', deviceClass: 'temperature' } as const;
const humidity = { unit: '%', deviceClass: 'humidity' } as const;
const lux = { unit: 'lx', deviceClass: 'illuminance' } as const;

/** By the unit, `℃` and full width resolved; in lower case where the case makes no other unit of it. */
const units: Readonly<Record<string, UnitRow>> = {
  '°c': celsius,
  摄氏度: celsius,
  '°f': fahrenheit,
  华氏度: fahrenheit,
  '%rh': humidity,
  'rh%': humidity,
  lx: lux,
  lux,
  勒克斯: lux,
  pa: { unit: 'Pa', deviceClass: 'pressure' },
  hpa: { unit: 'hPa', deviceClass: 'pressure' },
  kpa: { unit: 'kPa', deviceClass: 'pressure' },
  v: { unit: 'V', deviceClass: 'voltage' },
  mV: { unit: 'mV', deviceClass: 'voltage' },
  a: { unit: 'A', deviceClass: 'current' },
  mA: { unit: 'mA', deviceClass: 'current' },
  w: { unit: 'W', deviceClass: 'power' },
  kw: { unit: 'kW', deviceClass: 'power' },
  hz: { unit: 'Hz', deviceClass: 'frequency' },
  db: { unit: 'dB', deviceClass: 'sound_pressure' },
  'm/s': { unit: 'm/s', deviceClass: 'speed' },
  'km/h': { unit: 'km/h', deviceClass: 'speed' },
  ph: { deviceClass: 'ph' },
};

const LONGEST_UNIT = 16;

/** The unit and class of a sensor that names its unit so; a unit that no row knows is kept. */
export function unitOf(text: string | undefined): UnitRow {
  const plain = text?.normalize('NFKC').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, '');
  if (!plain) return {};
  const row = own(units, plain) ?? own(units, plain.toLowerCase());
  return row ?? { unit: cut(plain, LONGEST_UNIT) };
}
