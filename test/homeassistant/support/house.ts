import type { SimulatedCamera } from '../../../src/simulator/camera.ts';
import type { CameraOptions } from '../../../src/simulator/camera-options.ts';
import type { ScenarioName } from '../../../src/simulator/scenarios.ts';
import { type BridgeProcess, Home } from '../../process/bridge.ts';
import { makeCamera, type PushTarget, playStory } from '../../support/camera.ts';
import { Mosquitto } from '../../support/mosquitto.ts';
import { Recorder } from '../../support/recorder.ts';
import { RetainedTree } from '../../support/retained.ts';
import { LiveHome } from './live.ts';

const account = { username: 'house', password: 'of-the-broker' };

/** A house as people have it: Mosquitto, the bridge's own process, and Home Assistant. */
export class House {
  readonly mosquitto: Mosquitto;
  readonly hass: LiveHome;
  readonly #folder: Home;
  #settings: Readonly<Record<string, unknown>>;
  #bridge: BridgeProcess;
  #recorders: Recorder[] = [];

  private constructor(parts: {
    mosquitto: Mosquitto;
    hass: LiveHome;
    folder: Home;
    bridge: BridgeProcess;
    settings: Readonly<Record<string, unknown>>;
  }) {
    this.mosquitto = parts.mosquitto;
    this.hass = parts.hass;
    this.#folder = parts.folder;
    this.#bridge = parts.bridge;
    this.#settings = parts.settings;
  }

  /** @param settings the bridge's, as a user writes them, without `mqtt` */
  static async build(settings: Readonly<Record<string, unknown>>): Promise<House> {
    const mosquitto = await Mosquitto.start({ users: { [account.username]: account.password } });
    const folder = new Home();
    try {
      folder.configure({ ...settings, mqtt: { url: mosquitto.url, ...account } });
      const bridge = await folder.start();
      const hass = await LiveHome.start({ port: mosquitto.port, ...account });
      return new House({ mosquitto, hass, folder, bridge, settings });
    } catch (error) {
      await folder.remove();
      await mosquitto.stop();
      throw error;
    }
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
    await this.#bridge.process.kill(signal);
    this.#settings = settings;
    this.#folder.configure({ ...settings, mqtt: { url: this.mosquitto.url, ...account } });
    this.#bridge = await this.#folder.start();
  }

  async record(filters: readonly string[]): Promise<Recorder> {
    const recorder = await Recorder.connect(this.mosquitto.url, filters, account);
    this.#recorders.push(recorder);
    return recorder;
  }

  /** All that the broker keeps. */
  watch(): Promise<RetainedTree> {
    return RetainedTree.watch(this.mosquitto.url, account);
  }

  /** Where cameras push to, where the bridge is now. */
  get target(): PushTarget {
    return this.#bridge.target;
  }

  async leave(): Promise<void> {
    for (const recorder of this.#recorders) await recorder.close();
    await this.hass.stop();
    await this.#folder.remove();
    await this.mosquitto.stop();
  }
}
