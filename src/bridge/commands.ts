import type { Json, JsonObject } from '../decode/report.ts';
import type { Change } from '../domain/change.ts';
import { eliminateAll, newRecord } from '../domain/device.ts';
import { expectThings, strangeWords } from '../domain/expect.ts';
import { flawOf } from '../domain/identity.ts';
import { own } from '../domain/json.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { logLevels } from '../homeassistant/bridge.ts';
import type { Topics } from '../homeassistant/topics.ts';
import type { Broker } from '../mqtt/broker.ts';
import type { Log } from './notices.ts';
import type { Registry } from './registry.ts';

export interface CommandsOptions {
  readonly broker: Broker;
  readonly topics: Topics;
  readonly registry: Registry;
  readonly log: Log;
  readonly now: () => number;
  /** something of the device changed by command; resolves when that is on disk and on its way */
  readonly onChanges: (record: DeviceRecord, changes: readonly Change[]) => Promise<void>;
  readonly remove: (deviceId: string) => Promise<void>;
  /** @param level one of `logLevels` */
  readonly setLogLevel: (level: string) => void;
  /** @returns why it cannot be; nothing where it is */
  readonly approve: (deviceId: string) => Promise<string | undefined>;
}

/** A command cannot be done: the message says why, and is sent back. */
class Refused extends Error {
  override readonly name = 'Refused';
}

type Handler = (request: JsonObject, options: CommandsOptions) => Promise<void> | void;

/** The commands below `bridge/request/`, by the rest of their topic. */
export const commands = {
  'device/remove': {
    doc: 'Forget a device: everything of it is cleared. `{"device": id}`',
    run: (request, { registry, remove }) => remove(known(request, registry).id),
  },
  'device/approve': {
    doc: 'Publish a device that waits for approval, from its next push on. `{"device": id}`',
    run: async (request, { approve }) => {
      const id = text(request, 'device');
      const flaw = flawOf(id);
      if (flaw !== undefined) throw new Refused(`the device id ${flaw}`);
      const refusal = await approve(id);
      if (refusal !== undefined) throw new Refused(refusal);
    },
  },
  'device/expect': {
    doc: 'Announce what a device will report. `{"device": id, "expect": ["motion_detection", "modbus 0-9"]}`',
    run: (request, { registry, now, onChanges }) => {
      const id = text(request, 'device');
      const list = request.expect;
      if (!Array.isArray(list) || !list.every((word) => typeof word === 'string')) {
        throw new Refused('`expect` must be a list of texts');
      }
      const strange = strangeWords(list);
      if (strange.length > 0) throw new Refused(`not understood: ${strange.join(', ')}`);
      const record = registry.get(id) ?? newRecord(id, now());
      registry.add(record);
      return onChanges(record, expectThings(record, list));
    },
  },
  log_level: {
    doc: `How much is logged, until the next start: ${logLevels.join(', ')}. \`{"level": "debug"}\``,
    run: (request, { setLogLevel }) => {
      const level = text(request, 'level');
      if (!logLevels.includes(level))
        throw new Refused(`\`level\` is one of ${logLevels.join(', ')}`);
      setLogLevel(level);
    },
  },
  'alarms/clear': {
    doc: 'End every alarm of a device now. `{"device": id}`',
    run: (request, { registry, now, onChanges }) => {
      const record = known(request, registry);
      return onChanges(record, eliminateAll(record, now()));
    },
  },
} as const satisfies Readonly<Record<string, { readonly doc: string; readonly run: Handler }>>;

/** The numbers that `<device>/set/<setting>` takes, by the first part of their name. */
const numbers = {
  heartbeat_interval: { least: 5, most: 86_400, parts: 1 },
  hold: { least: 0, most: 86_400, parts: 3 },
  maximum: { least: 0, most: 604_800, parts: 3 },
} as const;

/** Listens on the command topics. A bad command is answered or logged, and changes nothing. */
export function listenToCommands(options: CommandsOptions): void {
  const { broker, topics, log } = options;
  broker.subscribe(`${topics.base}/bridge/request/#`, (topic, payload) => {
    const name = topics.readRequest(topic);
    if (name !== undefined)
      request(name, payload, options).catch((err) => log.error({ err }, 'command'));
  });
  broker.subscribe(`${topics.base}/+/set/#`, (topic, payload) => {
    set(topic, payload.toString(), options).catch((err: unknown) => {
      if (err instanceof Refused) log.warn({ topic, reason: err.message }, 'a setting was refused');
      else log.error({ err, topic }, 'a setting');
    });
  });
}

async function request(name: string, payload: Buffer, options: CommandsOptions): Promise<void> {
  const { broker, topics, log } = options;
  let transaction: Json | undefined;
  const answer: Record<string, Json> = { status: 'ok' };
  try {
    const command: { readonly run: Handler } | undefined = own(commands, name);
    const body = parse(payload);
    transaction = body.transaction;
    if (command === undefined) {
      throw new Refused(`no such command; there are ${Object.keys(commands).join(', ')}`);
    }
    await command.run(body, options);
  } catch (error) {
    if (!(error instanceof Refused)) log.error({ err: error, command: name }, 'a command failed');
    answer.status = 'error';
    answer.error = error instanceof Refused ? error.message : 'a fault of the bridge, see its log';
  }
  const response = JSON.stringify({
    ...answer,
    ...(transaction === undefined ? {} : { transaction }),
  });
  await broker.publish({
    topic: topics.bridgeResponse(name),
    payload: response,
    retain: false,
    qos: 1,
  });
}

function parse(payload: Buffer): JsonObject {
  if (payload.length === 0) return {};
  try {
    const value: unknown = JSON.parse(payload.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as JsonObject;
    }
  } catch {
    // said below
  }
  throw new Refused('the payload must be a JSON object');
}

function text(request: JsonObject, key: string): string {
  const value = request[key];
  if (typeof value !== 'string' || value === '') throw new Refused(`\`${key}\` must be a text`);
  return value;
}

function known(request: JsonObject, registry: Registry): DeviceRecord {
  const id = text(request, 'device');
  const record = registry.get(id);
  if (record === undefined) throw new Refused(`no device ${id}`);
  return record;
}

async function set(topic: string, payload: string, options: CommandsOptions): Promise<void> {
  const { topics, registry, onChanges } = options;
  const target = topics.readSet(topic);
  const record = target && registry.get(target.deviceId);
  if (target === undefined || record === undefined) throw new Refused('no such device');
  const parts = target.number.split('/');
  const row = own(
    numbers as Readonly<Record<string, (typeof numbers)[keyof typeof numbers]>>,
    parts[0] ?? '',
  );
  if (row === undefined || parts.length < row.parts) throw new Refused('no such setting');
  const value = Number(payload);
  if (payload.trim() === '' || !(value >= row.least && value <= row.most)) {
    throw new Refused(`not a number from ${row.least} to ${row.most}`);
  }
  record.numbers[target.number] = value;
  await onChanges(record, [{ change: 'device' }]);
}
