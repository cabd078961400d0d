import { binarySensorClasses, sensorClasses } from './device-classes.ts';
import type { RegisterSettings } from './schema.ts';

/** The device class that is set for a register, where it is that of its binary sensor. */
export function switchClass(settings: RegisterSettings | undefined): string | undefined {
  if (settings?.on === undefined) return undefined;
  return classIn(binarySensorClasses, settings);
}

/** The same, where it is that of its sensor: one of both kinds is of the binary sensor. */
export function sensorClass(settings: RegisterSettings | undefined): string | undefined {
  if (settings === undefined || switchClass(settings) !== undefined) return undefined;
  return classIn(sensorClasses, settings);
}

function classIn(
  classes: readonly string[],
  { device_class }: RegisterSettings,
): string | undefined {
  return device_class === 'none' ? undefined : classes.find((one) => one === device_class);
}
