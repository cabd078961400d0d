import { cut } from '../domain/limits.ts';
import { plainUnit, type UnitRow, unitRow } from '../spec/units.ts';

const LONGEST_UNIT = 16;

/** The unit and class of a sensor that names its unit so; a unit that no row knows is kept. */
export function unitOf(text: string | undefined): UnitRow {
  const plain = plainUnit(text ?? '');
  if (plain === '') return {};
  return unitRow(plain) ?? { unit: cut(plain, LONGEST_UNIT) };
}
