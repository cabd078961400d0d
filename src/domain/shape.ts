import type { DeviceRecord } from './record.ts';

/**
 * All of a record but its state: names, and what there is of channels, alarms, events, readings and
 * pictures. What depends on nothing else need not be made anew while it is the same.
 */
export class Shape {
  #values: unknown[] = [];

  /** Takes the shape of a record. @returns whether it is another than the one before */
  follow(record: DeviceRecord): boolean {
    let at = 0;
    const values = this.#values;
    let isOther = false;
    // texts are kept by reference: where nothing changed, nothing is copied or compared by letter
    visit(record, (value) => {
      if (at >= values.length || values[at] !== value) {
        values[at] = value;
        isOther = true;
      }
      at++;
    });
    if (values.length > at) {
      values.length = at;
      isOther = true;
    }
    return isOther;
  }
}

/** A list is told by its length and what is in it: two shapes never look alike. */
function visit(record: DeviceRecord, see: (value: unknown) => void): void {
  see(record.name);
  see(record.generation);
  see(record.address);
  see(record.firstSeen);
  see(record.heartbeat !== undefined);
  visitEach(record.numbers, see, see);
  visitList(record.unknown, see);
  visitEach(record.channels, see, ({ seenIn, events, alarms, readings, images }) => {
    visitList(seenIn, see);
    visitList(events, see);
    visitEach(alarms, see, ({ label }) => see(label));
    visitEach(readings, see, ({ label, fields, values }) => {
      see(label);
      see(values.unit);
      visitList(fields, see);
    });
    visitEach(images, see, (image) => see(image?.format));
  });
}

function visitList(list: readonly string[], see: (value: unknown) => void): void {
  see(list.length);
  for (const text of list) see(text);
}

function visitEach<T>(
  map: Readonly<Record<string, T>>,
  see: (value: unknown) => void,
  inner: (value: T) => void,
): void {
  for (const key in map) {
    see(key);
    const value = map[key];
    if (value !== undefined) inner(value);
  }
  see(null);
}
