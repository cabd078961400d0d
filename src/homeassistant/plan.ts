import type { Json, JsonObject } from '../decode/report.ts';
import { objectOf } from './json.ts';

/** One message of a change of discovery. */
export interface DiscoveryStep {
  readonly topic: string;
  /** `''` clears the topic */
  readonly payload: JsonObject | '';
  readonly retain: boolean;
  /**
   * After it there are entities, or types of events, that Home Assistant did not know: what is live
   * waits for it.
   */
  readonly announces: boolean;
  /**
   * Entities that were there read their state otherwise: Home Assistant does not read anew what it has.
   */
  readonly rereads: boolean;
}

type Payloads = ReadonlyMap<string, JsonObject>;
type Components = Readonly<Record<string, JsonObject>>;

/** A component that is on another topic from now on. */
interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * How to get from one set of payloads to the next in Home Assistant, in order. Nothing where nothing
 * changes.
 *
 * A component that is gone is removed by its platform alone, and then left out; one that moves to
 * another device is announced there after the old device was told to let go of it, which keeps its
 * ids, name and area; a device that is gone is cleared, once. Options and event types only grow: a
 * state or event that is none of them any more would be an error.
 */
export function planDiscovery(previous: Payloads, next: Payloads): readonly DiscoveryStep[] {
  const wanted = new Map(
    [...next].map(([topic, payload]) => [topic, grown(previous.get(topic), payload)]),
  );
  const moves = movesBetween(previous, wanted);
  const left = new Set(moves.map(({ from }) => from));
  const entered = new Set(moves.map(({ to }) => to));
  const changed = [...wanted].filter(([topic, payload]) => !same(previous.get(topic), payload));
  const removals = changed.flatMap(([topic, payload]) => removal(topic, previous, payload, moves));
  const releases = [...left].map((topic) => ({
    topic,
    payload: { migrate_discovery: true },
    retain: false,
    announces: false,
    rereads: false,
  }));
  // the new device takes a component over before the old one is told to do without it
  const order = [...changed].sort(
    ([one], [other]) => Number(left.has(one)) - Number(left.has(other)),
  );
  const publications = order.map(([topic, payload]) => ({
    topic,
    payload,
    retain: true,
    announces: left.has(topic) || entered.has(topic) || addsTo(previous.get(topic), payload),
    rereads: readsOtherwise(previous.get(topic), payload),
  }));
  const gone = [...previous.keys()].filter((topic) => !wanted.has(topic));
  const clearings = gone.map((topic) => ({
    topic,
    payload: '' as const,
    retain: true,
    announces: false,
    rereads: false,
  }));
  return [...removals, ...releases, ...publications, ...clearings];
}

/** The payload before, with the platform alone of what is gone from it and did not move. */
function removal(
  topic: string,
  previous: Payloads,
  payload: JsonObject,
  moves: readonly (Move & { readonly key: string })[],
): readonly DiscoveryStep[] {
  const before = previous.get(topic);
  if (before === undefined) return [];
  const now = componentsOf(payload);
  const moved = new Set(moves.filter(({ from }) => from === topic).map(({ key }) => key));
  const gone = Object.entries(componentsOf(before)).filter(
    ([key, { p }]) => p !== undefined && !Object.hasOwn(now, key) && !moved.has(key),
  );
  if (gone.length === 0) return [];
  const kept = Object.entries(componentsOf(before)).filter(
    ([key]) => Object.hasOwn(now, key) || moved.has(key),
  );
  const bare = gone.map(([key, { p }]): [string, Json] => [key, { p: p ?? null }]);
  const components = Object.fromEntries([...kept, ...bare]);
  return [
    { topic, payload: { ...before, components }, retain: true, announces: false, rereads: false },
  ];
}

function movesBetween(
  previous: Payloads,
  next: Payloads,
): readonly (Move & { readonly key: string })[] {
  const places = new Map<Json, { readonly topic: string; readonly key: string }>();
  for (const [topic, payload] of previous) {
    for (const [key, { unique_id: id }] of Object.entries(componentsOf(payload))) {
      if (id !== undefined) places.set(id, { topic, key });
    }
  }
  return [...next].flatMap(([to, payload]) =>
    Object.values(componentsOf(payload)).flatMap(({ unique_id: id }) => {
      const place = id === undefined ? undefined : places.get(id);
      return place === undefined || place.topic === to
        ? []
        : [{ from: place.topic, to, key: place.key }];
    }),
  );
}

/** Components, or types of events, that the payload before did not have. */
function addsTo(before: JsonObject | undefined, payload: JsonObject): boolean {
  const old = before === undefined ? {} : componentsOf(before);
  return Object.entries(componentsOf(payload)).some(([key, component]) => {
    const known = Object.hasOwn(old, key) ? old[key] : undefined;
    if (known === undefined) return true;
    const types = listOf(known.event_types);
    return listOf(component.event_types).some((type) => !types.includes(type));
  });
}

/** A component that was there has another template: labels of another language. */
function readsOtherwise(before: JsonObject | undefined, payload: JsonObject): boolean {
  const old = before === undefined ? {} : componentsOf(before);
  return Object.entries(componentsOf(payload)).some(
    ([key, { value_template: template }]) =>
      Object.hasOwn(old, key) && old[key]?.value_template !== template,
  );
}

/** What only grows keeps what it had, behind what it has. */
function grown(before: JsonObject | undefined, payload: JsonObject): JsonObject {
  if (before === undefined) return payload;
  const old = componentsOf(before);
  const components = Object.entries(componentsOf(payload)).map(([key, component]) => {
    const known = Object.hasOwn(old, key) ? old[key] : undefined;
    return [key, known === undefined ? component : withAllOf(component, known)] as const;
  });
  return { ...payload, components: Object.fromEntries(components) };
}

function withAllOf(component: JsonObject, known: JsonObject): JsonObject {
  const lists = ['options', 'event_types'].flatMap((name): [string, Json][] => {
    if (!Object.hasOwn(component, name)) return [];
    const list = listOf(component[name]);
    return [[name, [...list, ...listOf(known[name]).filter((one) => !list.includes(one))]]];
  });
  return { ...component, ...Object.fromEntries(lists) };
}

function componentsOf(payload: JsonObject): Components {
  const components = Object.entries(objectOf(payload.components) ?? {});
  return Object.fromEntries(components.map(([key, value]) => [key, objectOf(value) ?? {}]));
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function same(one: JsonObject | undefined, other: JsonObject): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}
