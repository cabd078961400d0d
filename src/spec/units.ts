/** What a unit, as somebody wrote it, means in Home Assistant. */
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
const units = {
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
} as const satisfies Readonly<Record<string, UnitRow>>;

/** Asked for with what a camera or a user wrote: a map, which knows no `constructor`. */
const rows: ReadonlyMap<string, UnitRow> = new Map(Object.entries(units));

/** A unit as units are compared: `℃` is `°C`, `m³` is `m3`, and no blanks. */
export function plainUnit(text: string): string {
  return text.normalize('NFKC').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, '');
}

/** The row of a unit; `undefined` for one that no row knows. */
export function unitRow(text: string): UnitRow | undefined {
  const plain = plainUnit(text);
  return rows.get(plain) ?? rows.get(plain.toLowerCase());
}
