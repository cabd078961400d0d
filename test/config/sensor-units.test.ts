import { expect, test } from 'vitest';
import { sensorClasses } from '../../src/config/device-classes.ts';
import { unitFor, unitsOf } from '../../src/config/sensor-units.ts';

const classes = sensorClasses.filter((one) => one !== 'none');

test('every class of numbers but money has its units, each once', () => {
  expect(classes.filter((one) => unitsOf(one) === undefined)).toEqual(['monetary']);
  for (const one of classes) {
    const units = unitsOf(one) ?? [];
    expect(new Set(units).size, one).toBe(units.length);
    for (const unit of units) expect(unit.trim(), one).toBe(unit);
  }
});

test('each unit of a class is taken as it is', () => {
  for (const one of classes)
    for (const unit of unitsOf(one) ?? []) expect(unitFor(one, unit), one).toBe(unit);
});

test('names of the language itself are no units', () => {
  for (const word of ['constructor', '__proto__'])
    expect(unitFor('temperature', word)).toBeUndefined();
});
