import { inject } from 'vitest';
import type { SimulatedCamera } from '../../../src/simulator/camera.ts';
import type { CameraOptions } from '../../../src/simulator/camera-options.ts';
import type { ScenarioName } from '../../../src/simulator/scenarios.ts';
import { type BridgeProcess, Home } from '../../process/bridge.ts';
import { makeCamera, type PushTarget, playStory } from '../../support/camera.ts';
import type { Mosquitto } from '../../support/mosquitto.ts';
import { Recorder } from '../../support/recorder.ts';
import { RetainedTree } from '../../support/retained.ts';
import { Bench } from './bench.ts';
import { account, startMosquitto } from './lanes.ts';

/** Settings as a user writes them, without where the broker is. */
export type Written = Readonly<Record<string, unknown>>;

/** Where Home Assistant and bridge meet, and how it is left. */
interface Place {
  readonly url: string;
  readonly hass: Bench;
  /** where it is nobody else's */
  readonly mosquitto?: Mosquitto;
  readonly leave: () => Promise<void>;
}

/** A house as people have it: Mosquitto, the bridge's own process, and Home Assistant. */
export class House {
  readonly hass: Bench;
  readonly #place: Place;
  readonly #folder: Home;
  #settings: Written;
  #bridge: BridgeProcess;
  #recorders: Recorder[] = [];

  private constructor(place: Place, folder: Home, bridge: BridgeProcess, settings: Written) {
    this.hass = place.hass;
    this.#place = place;
    this.#folder = folder;
    this.#bridge = bridge;
    this.#settings = settings;
  }

  /**
   * With the Home Assistant that test files share, one after the other: neither it nor the broker may be
   * restarted.
   */
  static async share(settings: Written = {}): Promise<House> {
    return House.#build(settings, await laneOfWorker());
  }

  /** With a Home Assistant and a broker of its own, which may be restarted. */
  static async build(settings: Written = {}): Promise<House> {
    const mosquitto = await startMosquitto();
    const hass = await Bench.start({ port: mosquitto.port, ...account });
    const leave = async () => {
      await hass.stop();
      await mosquitto.stop();
    };
    return House.#build(settings, { url: mosquitto.url, hass, mosquitto, leave });
  }

  /** With a Home Assistant of its own, joined to the bridge's own broker; the bridge has to stay. */
  static async embed(settings: Written = {}): Promise<House> {
    const folder = new Home();
    try {
      folder.configure(settings);
      const bridge = await folder.start();
      const { brokerPort: port, account: own } = bridge;
      const hass = await Bench.start({ port, ...own });
      const place = { url: `mqtt://127.0.0.1:${port}`, hass, leave: () => hass.stop() };
      return new House(place, folder, bridge, settings);
    } catch (error) {
      await folder.remove();
      throw error;
    }
  }

  static async #build(settings: Written, place: Place): Promise<House> {
    const folder = new Home();
    try {
      folder.configure(withBroker(settings, place.url));
      return new House(place, folder, await folder.start(), settings);
    } catch (error) {
      await folder.remove();
      await place.leave();
      throw error;
    }
  }

  /** Where it is this house's own. */
  get mosquitto(): Mosquitto {
    const { mosquitto } = this.#place;
    if (mosquitto === undefined) throw new Error('the broker is shared');
    return mosquitto;
  }

  /** A camera in China, whose id and name are new to everybody; it pushes where the bridge is now. */
  camera(id: string, options: Partial<CameraOptions> = {}): SimulatedCamera {
    return makeCamera(this.#bridge.target, { id, name: id, ...options });
  }

  /** Plays a whole story of cameras whose clocks are the host's; every push has to be taken. */
  async play(name: ScenarioName): Promise<void> {
    for (const { result } of await playStory(name, this.#bridge.target, { zone: 0 })) {
      if (result instanceof Error) throw result;
      if (!result.ok) throw new Error(`${name}: a push was refused`);
    }
  }

  /** Ends the bridge's process; `startBridge` brings it back. */
  async stopBridge(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await this.#bridge.process.kill(signal);
  }

  async startBridge(): Promise<void> {
    this.#bridge = await this.#folder.start();
  }

  /** Ends the bridge's process, and starts it again, with other settings where there are any. */
  async restartBridge(signal: 'SIGTERM' | 'SIGKILL', settings = this.#settings): Promise<void> {
    await this.stopBridge(signal);
    this.#settings = settings;
    this.#folder.configure(withBroker(settings, this.#place.url));
    await this.startBridge();
  }

  async record(filters: readonly string[]): Promise<Recorder> {
    const recorder = await Recorder.connect(this.#place.url, filters, account);
    this.#recorders.push(recorder);
    return recorder;
  }

  /** All that the broker keeps. */
  watch(): Promise<RetainedTree> {
    return RetainedTree.watch(this.#place.url, account);
  }

  /** Where cameras push to, where the bridge is now. */
  get target(): PushTarget {
    return this.#bridge.target;
  }

  async leave(): Promise<void> {
    for (const recorder of this.#recorders) await recorder.close();
    await this.#folder.remove();
    await this.#place.leave();
  }
}

function withBroker(settings: Written, url: string): Written {
  const own = typeof settings.mqtt === 'object' ? settings.mqtt : {};
  return { ...settings, mqtt: { ...own, url, ...account } };
}

/** Workers are numbered from 1, and no two of one number run at a time. */
async function laneOfWorker(): Promise<Place> {
  const lanes = inject('lanes');
  const lane = lanes[(Number(process.env.VITEST_POOL_ID ?? 1) - 1) % lanes.length];
  if (lane === undefined) throw new Error('there is no Home Assistant');
  const hass = new Bench(lane.hass);
  const url = `mqtt://127.0.0.1:${lane.mqttPort}`;
  await hass.forgetLog();
  return { url, hass, leave: () => tidyUp(url, hass) };
}

/** Whoever comes next finds nothing of it. */
async function tidyUp(url: string, hass: Bench): Promise<void> {
  await hass.automate([]);
  const tree = await RetainedTree.watch(url, account);
  await tree.settled();
  const { client } = tree.recorder;
  const publish = (topic: string, payload: string) =>
    client.publishAsync(topic, payload, { retain: true, qos: 1 });
  const kept = tree.now;
  const configs = [...kept].filter(([topic]) => topic.endsWith('/config'));
  try {
    // entities first: an empty message would be a state to them
    for (const [topic] of configs) await publish(topic, '');
    await untilNoneIsLeft(hass, 20).catch(async () => {
      // what a bridge let go of to move it, and died, no clearing reaches: Home Assistant has to have it again
      for (const [topic, payload] of configs) await publish(topic, payload);
      await hass.until(
        () => hass.snapshot(),
        ({ entities }) => entities.every(({ attributes }) => attributes.restored !== true),
      );
      for (const [topic] of configs) await publish(topic, '');
      await untilNoneIsLeft(hass, 60);
    });
    for (const topic of tree.topics) await publish(topic, '');
  } finally {
    await tree.close();
  }
}

function untilNoneIsLeft(hass: Bench, seconds: number): Promise<unknown> {
  return hass.until(
    () => hass.entities(),
    (entities) => entities.length === 0,
    seconds,
  );
}
