import { plainUnit, unitRow } from '../spec/units.ts';

const temperatures = '°C, °F, K';
const pressures = 'mPa, Pa, hPa, kPa, bar, cbar, mbar, mmHg, inHg, inH₂O, psi, atm';
const energies = 'J, kJ, MJ, GJ, mWh, Wh, kWh, MWh, GWh, TWh, cal, kcal, Mcal, Gcal, thm';
const speeds = 'Beaufort, ft/s, in/s, m/min, m/s, km/h, kn, mph, mm/s';
const fluxes = 'in/d, in/h, mm/d, mm/h';
const volumes = 'ft³, CCF, MCF, m³, L, mL, gal, fl. oz.';
const dust = '\u03bcg/m³';

/**
 * The units that Home Assistant takes with a device class of numbers (2026.11): it drops a sensor that
 * has another. An empty place in a list is no unit at all; a class that is not here goes with any.
 */
const byClass = {
  absolute_humidity: 'g/m³, mg/m³',
  apparent_power: 'mVA, VA, kVA',
  aqi: '',
  area: 'm², cm², km², mm², in², ft², yd², mi², ac, ha',
  atmospheric_pressure: pressures,
  battery: '%',
  blood_glucose_concentration: 'mg/dL, mmol/L',
  carbon_dioxide: 'ppm',
  carbon_monoxide: `ppb, ppm, mg/m³, ${dust}`,
  conductivity: 'S/cm, \u03bcS/cm, mS/cm',
  current: '\u03bcA, mA, A',
  data_rate: 'bit/s, kbit/s, Mbit/s, Gbit/s, B/s, kB/s, MB/s, GB/s, KiB/s, MiB/s, GiB/s',
  data_size:
    'bit, kbit, Mbit, Gbit, B, kB, MB, GB, TB, PB, EB, ZB, YB, KiB, MiB, GiB, TiB, PiB, EiB, ZiB, YiB',
  distance: 'mm, cm, m, km, in, ft, yd, mi, nmi',
  duration: 'd, h, min, s, ms, \u03bcs',
  energy: energies,
  energy_distance: 'kWh/100km, Wh/km, mi/kWh, km/kWh',
  energy_storage: energies,
  frequency: 'mHz, Hz, kHz, MHz, GHz',
  gas: 'CCF, ft³, m³, L, MCF',
  humidity: '%',
  illuminance: 'lx',
  irradiance: 'W/m², BTU/(h⋅ft²)',
  moisture: '%',
  nitrogen_dioxide: `ppb, ppm, ${dust}`,
  nitrogen_monoxide: `ppb, ${dust}`,
  nitrous_oxide: dust,
  ozone: `ppb, ppm, ${dust}`,
  ph: '',
  pm1: dust,
  pm10: dust,
  pm25: dust,
  pm4: dust,
  power: 'mW, W, kW, MW, GW, TW',
  power_factor: ', %',
  precipitation: 'in, mm, cm',
  precipitation_intensity: fluxes,
  pressure: pressures,
  radon: 'Bq/m³, pCi/L',
  reactive_energy: 'varh, kvarh',
  reactive_power: 'mvar, var, kvar',
  signal_strength: 'dB, dBm',
  sound_pressure: 'dB, dBA',
  speed: `${speeds}, ${fluxes}`,
  sulphur_dioxide: `ppb, ${dust}`,
  temperature: temperatures,
  temperature_delta: temperatures,
  volatile_organic_compounds: `${dust}, mg/m³`,
  volatile_organic_compounds_parts: 'ppb, ppm',
  voltage: '\u03bcV, mV, V, kV, MV',
  volume: volumes,
  volume_flow_rate: 'm³/h, m³/min, m³/s, ft³/min, L/h, L/min, L/s, gal/h, gal/min, gal/d, mL/s',
  volume_storage: volumes,
  water: 'CCF, ft³, m³, gal, L, MCF',
  weight: 'g, kg, mg, \u03bcg, oz, lb, st',
  wind_direction: '°',
  wind_speed: speeds,
} as const satisfies Readonly<Record<string, string>>;

const units: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(byClass).map(([deviceClass, list]) => [deviceClass, list.split(', ')]),
);

/** Spellings that it takes for those of the table; its older versions take the `\u00b5` alone. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['\u00b5S/cm', '\u03bcS/cm'],
  ['\u00b5V', '\u03bcV'],
  ['\u00b5g/m³', '\u03bcg/m³'],
  ['\u00b5g', '\u03bcg'],
  ['\u00b5s', '\u03bcs'],
  ['mVAr', 'mvar'],
  ['VAr', 'var'],
  ['kVAr', 'kvar'],
  ['VArh', 'varh'],
  ['kVArh', 'kvarh'],
]);

/** What a device class goes with; `''` is no unit, `undefined` any. */
export function unitsOf(deviceClass: string): readonly string[] | undefined {
  return units.get(deviceClass);
}

/**
 * The unit to send with a device class, where somebody wrote `written`; `undefined` where Home Assistant
 * takes none that it could mean.
 */
export function unitFor(deviceClass: string, written: string): string | undefined {
  const taken = unitsOf(deviceClass);
  if (taken === undefined || taken.includes(spellings.get(written) ?? written)) return written;
  const row = unitRow(written);
  const meant = plainUnit(row === undefined ? written : (row.unit ?? ''));
  return taken.find((unit) => plainUnit(unit) === meant);
}
