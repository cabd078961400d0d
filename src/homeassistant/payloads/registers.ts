import type { RegisterSettings, Settings } from '../../config/schema.ts';
import type { Json, JsonObject } from '../../decode/report.ts';
import type { ReadingRecord } from '../../domain/record.ts';
import { registerSettings } from '../context.ts';
import { finite, objectOf } from '../json.ts';

/** Registers are 16 bits wide; the upper half is negative where one is signed. */
const SIGN_BIT = 0x8000;
const RANGE = 0x10000;

/** Digits that a double keeps for certain: 235 × 0.1 is 23.5, not 23.500000000000004. */
const DIGITS = 12;

/**
 * `<device>/modbus`: what each register means by its settings, beside what was sent. A register that
 * was only announced is there too, in range and without a value: so its limits' first alarm is a
 * change from `OFF` to `ON`.
 */
export function registers(
  reading: ReadingRecord,
  settings: Settings,
  deviceId: string,
): JsonObject {
  const raw = objectOf(reading.values.registers) ?? {};
  const limits = objectOf(reading.values.limits) ?? {};
  const entries = reading.fields.map((register): [string, Json] => {
    const mapped = registerSettings(settings, deviceId, register);
    const value = finite(raw[register]);
    return [
      register,
      {
        value: value === null ? null : scaled(value, mapped),
        raw: value,
        ...(mapped?.on === undefined ? {} : { on: isOn(value, mapped) }),
        limit: limits[register] ?? null,
      },
    ];
  });
  return { registers: Object.fromEntries(entries) };
}

/** The number that a register stands for. */
export function scaled(raw: number, register: RegisterSettings | undefined): number {
  if (register === undefined) return raw;
  const value = withSign(raw, register) * register.scale + register.offset;
  return Number(value.toPrecision(DIGITS));
}

function withSign(raw: number, { signed }: RegisterSettings): number {
  return signed && raw >= SIGN_BIT && raw < RANGE ? raw - RANGE : raw;
}

/** `null` where it is neither the value of on nor that of off. */
function isOn(raw: number | null, register: RegisterSettings): boolean | null {
  if (raw === null) return null;
  const values = [raw, withSign(raw, register)];
  if (register.on !== undefined && values.includes(register.on)) return true;
  return register.off === undefined || values.includes(register.off) ? false : null;
}
