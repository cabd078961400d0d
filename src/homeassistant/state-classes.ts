const measured = ['measurement'] as const;
const summed = ['total', 'total_increasing'] as const;
const either = [...measured, ...summed] as const;

/**
 * The state classes that Home Assistant takes with a device class (2026.11), the one first that stands in
 * for others. A class that is not here is only measured.
 */
const byClass = {
  area: either,
  data_size: either,
  distance: either,
  duration: either,
  energy: summed,
  gas: summed,
  monetary: ['total'],
  precipitation: either,
  reactive_energy: summed,
  volume: summed,
  water: summed,
  weight: either,
  wind_direction: ['measurement_angle'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const stateClasses: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(byClass));

/** The state class to send with a device class where `wanted` is set; any goes with none. */
export function stateClassFor(deviceClass: string | undefined, wanted: string): string | undefined {
  if (wanted === 'none') return undefined;
  if (deviceClass === undefined) return wanted;
  const taken: readonly string[] = stateClasses.get(deviceClass) ?? measured;
  return taken.includes(wanted) ? wanted : taken[0];
}
