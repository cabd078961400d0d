import { setTimeout as delay } from 'node:timers/promises';
import { Heard, type State } from './heard.ts';
import { Socket } from './socket.ts';

/** An entity as Home Assistant's registry has it. */
export interface RegisteredEntity {
  readonly entity_id: string;
  readonly unique_id: string;
  readonly device_id: string;
  readonly area_id: string | null;
  /** by the user; `null` where they gave none */
  readonly name: string | null;
  readonly original_name: string | null;
  readonly disabled_by: string | null;
  readonly entity_category: string | null;
  readonly platform: string;
}

export interface RegisteredDevice {
  readonly id: string;
  readonly name: string;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly serial_number: string | null;
  readonly sw_version: string | null;
  readonly via_device_id: string | null;
  readonly area_id: string | null;
  readonly identifiers: readonly (readonly [string, string])[];
}

/** An entity with what it shows; `null` where it is disabled, or not set up yet. */
export interface Entity extends RegisteredEntity {
  readonly state: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What Home Assistant made of MQTT. */
export interface Snapshot {
  readonly devices: readonly RegisteredDevice[];
  readonly entities: readonly Entity[];
}

/** A Home Assistant, wherever it runs, through its public APIs. */
export class HomeAssistant {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url.replace(/\/$/, '');
    this.token = token;
  }

  listen(): Promise<Heard> {
    return Heard.listen(this.url, this.token);
  }

  /** REST: GET, or POST where there is a body. */
  async api(path: string, body?: object): Promise<unknown> {
    return (await this.#fetch(path, body)).json();
  }

  /** A service (action) of Home Assistant on an entity: `number.set_value`. */
  async act(action: string, entity_id: string, data: object = {}): Promise<void> {
    await this.api(`services/${action.replace('.', '/')}`, { entity_id, ...data });
  }

  /** The bytes of a picture as its pages show them. */
  async image(entityId: string): Promise<Buffer> {
    return Buffer.from(await (await this.#fetch(`image_proxy/${entityId}`)).arrayBuffer());
  }

  /** One command over the WebSocket API: what REST does not have, the registries above all. */
  async call(type: string, fields: object = {}): Promise<unknown> {
    const [result] = await this.#calls([type, fields]);
    return result;
  }

  async devices(): Promise<readonly RegisteredDevice[]> {
    return (await this.call('config/device_registry/list')) as readonly RegisteredDevice[];
  }

  /** Those of MQTT. */
  async entities(): Promise<readonly RegisteredEntity[]> {
    const all = (await this.call('config/entity_registry/list')) as readonly RegisteredEntity[];
    return all.filter(({ platform }) => platform === 'mqtt');
  }

  async snapshot(): Promise<Snapshot> {
    const [devices, entities, states] = (await this.#calls(
      ['config/device_registry/list'],
      ['config/entity_registry/list'],
      ['get_states'],
    )) as [readonly RegisteredDevice[], readonly RegisteredEntity[], readonly State[]];
    const ours = entities.filter(({ platform }) => platform === 'mqtt');
    const byId = new Map(states.map((state) => [state.entity_id, state]));
    const owners = new Set(ours.map(({ device_id }) => device_id));
    return {
      devices: devices.filter(({ id }) => owners.has(id)),
      entities: ours.map((entry) => {
        const state = byId.get(entry.entity_id);
        return { ...entry, state: state?.state ?? null, attributes: state?.attributes ?? {} };
      }),
    };
  }

  async state(entityId: string): Promise<State | undefined> {
    const states = (await this.api('states')) as readonly State[];
    return states.find(({ entity_id }) => entity_id === entityId);
  }

  /** Asks until the answer is what was waited for. */
  async until<T>(ask: () => Promise<T>, isIt: (value: T) => boolean, seconds = 60): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const value = await ask().catch((error: unknown) => {
        if (Date.now() > end) throw error;
        return undefined;
      });
      if (value !== undefined && isIt(value)) return value;
      if (Date.now() > end) {
        throw new Error(`not within ${seconds} s; the last: ${JSON.stringify(value)}`);
      }
      await delay(250);
    }
  }

  /** Waits until an entity has a state. */
  has(entityId: string, state: string, seconds = 30): Promise<State | undefined> {
    return this.until(
      () => this.state(entityId),
      (one) => one?.state === state,
      seconds,
    );
  }

  /** The commands' results, in order, over one connection. */
  async #calls(
    ...commands: readonly (readonly [type: string, fields?: object])[]
  ): Promise<unknown[]> {
    const socket = await Socket.open(this.url, this.token);
    try {
      const results: unknown[] = [];
      for (const [type, fields] of commands) results.push(await socket.call(type, fields));
      return results;
    } finally {
      socket.close();
    }
  }

  async #fetch(path: string, body?: object): Promise<Response> {
    const answer = await fetch(`${this.url}/api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
