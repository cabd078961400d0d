import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { retainedTree } from './bridge/restore.ts';
import { lanAddresses } from './cli/addresses.ts';
import { banner } from './cli/banner.ts';
import { type CommandIo, exitCodes, noArguments } from './cli/command.ts';
import { settingsFor } from './cli/settings.ts';
import { version } from './cli/version.ts';
import { systemClock } from './clock.ts';
import { compose } from './compose.ts';
import { ConfigFaults, faultLine } from './config/faults.ts';
import { type LoadedSettings, loadSettings } from './config/load.ts';
import type { Settings } from './config/schema.ts';
import { loadSecrets, type Secrets } from './config/secrets.ts';
import { hasFullIcu } from './decode/charset.ts';
import type { Message } from './domain/message.ts';
import { giveRoom } from './heap.ts';
import { BadCertificate } from './http/tls.ts';
import { createLogger, type LogOutput } from './log.ts';
import type { EmbeddedBroker } from './mqtt/embedded.ts';
import { CannotListen } from './mqtt/errors.ts';
import { withoutNumbers } from './mqtt/numbers.ts';
import { openStore, StoreLocked, StoreUnavailable } from './store/store.ts';

export interface StartOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** the folder that relative paths start from */
  readonly cwd?: string;
  /** where the log goes; stdout */
  readonly output?: LogOutput;
  readonly loaded?: LoadedSettings;
}

/** A bridge that runs. */
export interface RunningBridge {
  readonly httpPort: number;
  /** of the embedded broker; 0 where there is none */
  readonly brokerPort: number;
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** Stops taking, finishes what is in flight, says `offline` and lets go of everything. */
  stop(): Promise<void>;
}

/** It cannot start: the message says why, in words for the user. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

/**
 * Starts the bridge: the only place that constructs.
 * @throws ConfigFaults, CannotStart
 */
export async function startBridge(options: StartOptions): Promise<RunningBridge> {
  const { env, cwd = process.cwd(), output = process.stdout } = options;
  const { settings, warnings } = options.loaded ?? loadSettings(env, cwd);
  const log = createLogger(settings.log, output);
  for (const warning of warnings) log.warn(faultLine(warning));
  if (!hasFullIcu())
    throw new CannotStart('this Node.js cannot read GBK: it was built without ICU');
  // whatever a library writes into the data folder is for its owner alone
  process.umask(0o077);
  withoutNumbers();
  const dir = resolve(cwd, settings.data.dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const undo: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const last of undo.splice(0).reverse()) await last();
  };
  try {
    const store = await openStore(dir);
    undo.push(() => store.close());
    if (store.setAside !== undefined) {
      log.error(
        { folder: store.setAside },
        'the store was corrupt: it was set aside, all devices start anew',
      );
    }
    const secrets = loadSecrets(dir, settings);
    const devices = await store.loadDevices();
    const retained = retainedTree(settings, store, devices.records, systemClock.now());
    const embedded = await startBroker(settings, secrets, log, retained);
    if (embedded !== undefined) undo.push(() => embedded.close());
    const parts = await compose({
      settings,
      secrets,
      store,
      log,
      clock: systemClock,
      version,
      brokerPort: embedded?.port ?? 0,
      ...(embedded === undefined ? {} : { embedded }),
      devices,
    });
    undo.push(() => parts.close());
    const { port } = await parts.http.listen();
    log.info({ port }, 'listening for cameras');
    return { httpPort: port, brokerPort: embedded?.port ?? 0, settings, secrets, stop };
  } catch (error) {
    await stop();
    throw explained(error, settings);
  }
}

async function startBroker(
  settings: Settings,
  secrets: Secrets,
  log: ReturnType<typeof createLogger>,
  retained: AsyncIterable<Message>,
): Promise<EmbeddedBroker | undefined> {
  if (settings.mqtt.url !== '') return undefined;
  const { startEmbeddedBroker } = await import('./mqtt/embedded.ts');
  const { broker, internal } = secrets;
  return startEmbeddedBroker({
    ...settings.broker,
    users: [
      { ...internal, role: 'bridge' },
      { ...broker, role: 'guest' },
    ],
    base: settings.mqtt.base_topic,
    discovery: {
      prefix: settings.homeassistant.prefix,
      status: settings.homeassistant.status_topic,
    },
    log,
    retained,
  });
}

function explained(error: unknown, settings: Settings): unknown {
  if (error instanceof StoreLocked || error instanceof StoreUnavailable) {
    return new CannotStart(error.message, { cause: error });
  }
  if (error instanceof BadCertificate) return new CannotStart(error.message, { cause: error });
  if (error instanceof CannotListen) return new CannotStart(error.message, { cause: error });
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const { host, port } = settings.http;
  if (code === 'EADDRINUSE') {
    return new CannotStart(`port ${port} is taken: is another jvs2mqtt running? (http.port)`);
  }
  if (code === 'EACCES')
    return new CannotStart(`port ${port} is not allowed to this user (http.port)`);
  if (code === 'EADDRNOTAVAIL') {
    return new CannotStart(`${host} is no address of this machine (http.host)`);
  }
  return error;
}

const USAGE = `Usage: jvs2mqtt run
JVS2MQTT_CONFIG names a file of settings; without it, config.yaml in the data folder is taken where there is one.
`;

/** `jvs2mqtt`: runs the bridge until the signal ends it, even one that comes while it starts. */
export async function main(args: string[], io: CommandIo): Promise<number> {
  if (args.length > 0) return noArguments(args, io, USAGE);
  // V8 learns in a burst that a push's objects live long, and makes them in its old generation ever after: each
  // body of metadata left 33 KB there, and 2,000 cameras a collection of a quarter of a second every few seconds
  setFlagsFromString('--no-allocation-site-pretenuring');
  const loaded = settingsFor(io);
  if (loaded === undefined) return exitCodes.settings.code;
  const stopLooking = giveRoom();
  const { env, cwd, stdout, stderr, signal = new AbortController().signal } = io;
  try {
    const bridge = await startBridge({ env, cwd, output: stdout, loaded });
    if (!signal.aborted) stdout.write(bannerOf(bridge, stdout.isTTY === true));
    await aborted(signal);
    await bridge.stop();
    return exitCodes.ok.code;
  } catch (error) {
    if (!(error instanceof CannotStart || error instanceof ConfigFaults)) throw error;
    stderr.write(`jvs2mqtt cannot start: ${error.message}\n`);
    return exitCodes.failed.code;
  } finally {
    stopLooking();
  }
}

function bannerOf({ settings, secrets, httpPort, brokerPort }: RunningBridge, terminal: boolean) {
  return banner({
    settings,
    secrets,
    addresses: lanAddresses(),
    firstStart: secrets.firstStart,
    terminal,
    embedded: brokerPort !== 0,
    ports: { http: httpPort, broker: brokerPort },
  });
}

/** Resolves when it is aborted, or has been. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
