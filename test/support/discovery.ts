import { type TopicName, topicRows } from '../../src/homeassistant/topics.ts';
import type { Recorded } from './recorder.ts';

export interface DiscoveryOptions {
  readonly base: string;
  readonly prefix: string;
  /** devices of which things were only announced: their readings and pictures may come later */
  readonly expected?: readonly string[];
  /** devices that the broker does not let speak: nothing of them need have come */
  readonly silent?: readonly string[];
}

/** Mosquitto 2.1's default limit of a packet. */
const LARGEST = 2_000_000;

/** What may come long after it was announced, where it was announced beforehand. */
const MAY_COME_LATER: ReadonlySet<TopicName> = new Set(['reading', 'image', 'image_attributes']);

interface Component {
  readonly [key: string]: unknown;
}

/** What is wrong with the discovery payloads of a recording, a line each. */
export function discoveryFaults(
  messages: readonly Recorded[],
  options: DiscoveryOptions,
): readonly string[] {
  const published = new Set(
    messages.flatMap(({ topic, payload }) => (payload.length > 0 ? [topic] : [])),
  );
  const current = new Map<string, unknown>();
  const faults: string[] = [];
  for (const { topic, payload, text, retain } of discoveryOf(messages, options.prefix)) {
    if (payload.length + topic.length > LARGEST) faults.push(`${topic}: ${payload.length} bytes`);
    const parsed = payload.length === 0 ? undefined : parse(text);
    if (payload.length > 0 && parsed === undefined) faults.push(`${topic}: no JSON object`);
    if (parsed === undefined) current.delete(topic);
    else if (retain) current.set(topic, parsed);
    faults.push(...faultsOf(topic, parsed, published, options));
  }
  return [...new Set([...faults, ...sharedIds(current)])];
}

function discoveryOf(messages: readonly Recorded[], prefix: string): readonly Recorded[] {
  return messages.filter(
    ({ topic }) => topic.startsWith(`${prefix}/device/`) && topic.endsWith('/config'),
  );
}

function faultsOf(
  topic: string,
  payload: unknown,
  published: ReadonlySet<string>,
  options: DiscoveryOptions,
): readonly string[] {
  return Object.entries(componentsOf(payload)).flatMap(([key, component]) => {
    const isRemoval = Object.keys(component).length === 1 && typeof component.p === 'string';
    if (isRemoval) return [];
    const id = component.unique_id;
    const named = typeof id === 'string' && id !== '' ? [] : ['has no unique_id'];
    const topics = topicsOf(component).flatMap(([name, value]) =>
      topicFault(name, value, published, options),
    );
    return [...named, ...topics].map((fault) => `${topic} ${key}: ${fault}`);
  });
}

/** Every topic of a component by the key that names it, those in lists too. */
function topicsOf(component: Component): readonly (readonly [string, unknown])[] {
  return Object.entries(component).flatMap(([name, value]): (readonly [string, unknown])[] => {
    if (name === 'topic' || name.endsWith('_topic')) return [[name, value]];
    if (!Array.isArray(value)) return [];
    return value.flatMap((one) => (isMap(one) ? topicsOf(one) : []));
  });
}

function topicFault(
  name: string,
  value: unknown,
  published: ReadonlySet<string>,
  { base, expected = [], silent = [] }: DiscoveryOptions,
): readonly string[] {
  if (typeof value !== 'string' || !value.startsWith(`${base}/`)) return [`${name} ${value}`];
  const path = value.slice(base.length + 1);
  const row = rowOf(path);
  if (row === undefined) return [`${name} ${value} is documented nowhere`];
  const { direction, retained } = topicRows[row];
  const isCommand = name === 'command_topic';
  if (isCommand !== (direction === 'in')) return [`${name} ${value} goes the wrong way`];
  if (isCommand || !retained || published.has(value)) return [];
  const [device = ''] = path.split('/');
  const later = expected.includes(device) && MAY_COME_LATER.has(row);
  return later || silent.includes(device) ? [] : [`${name} ${value} was never published`];
}

/** The row of the contract that fits best: the one with the fewest places for anything. */
function rowOf(path: string): TopicName | undefined {
  const fitting = patterns.filter(({ pattern }) => pattern.test(path));
  return fitting.sort((one, other) => one.places - other.places)[0]?.name;
}

const patterns = Object.entries(topicRows).map(([name, { path }]) => ({
  name: name as TopicName,
  places: path.split('<').length,
  pattern: new RegExp(
    `^${path
      .replace(/\[(.*?)\]/g, '($1)?')
      // a command and a setting have several segments
      .replace(/<(command|setting)>/g, '.+')
      .replace(/<\w+>/g, '[^/]+')}$`,
  ),
}));

function sharedIds(payloads: ReadonlyMap<string, unknown>): readonly string[] {
  const owners = new Map<unknown, string>();
  const faults: string[] = [];
  for (const [topic, payload] of payloads) {
    for (const { unique_id: id } of Object.values(componentsOf(payload))) {
      if (id === undefined) continue;
      const owner = owners.get(id);
      if (owner !== undefined) faults.push(`${id} is in ${owner} and in ${topic}`);
      owners.set(id, topic);
    }
  }
  return faults;
}

/** The components of a payload, by key. */
export function componentsOf(payload: unknown): Readonly<Record<string, Component>> {
  const components = isMap(payload) ? payload.components : undefined;
  return isMap(components) ? (components as Record<string, Component>) : {};
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
