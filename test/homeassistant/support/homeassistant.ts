import { setTimeout as delay } from 'node:timers/promises';
import { Changes, type State } from './changes.ts';
import { Socket } from './socket.ts';

/** An entity as Home Assistant has it: its registry entry with state and attributes. */
export interface Entity {
  readonly entity_id: string;
  readonly unique_id: string;
  readonly device_id: string;
  readonly original_name: string | null;
  readonly disabled_by: string | null;
  readonly entity_category: string | null;
  /** `null` where it is disabled, or not set up yet */
  readonly state: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly serial_number: string | null;
  readonly via_device_id: string | null;
  readonly area_id: string | null;
  readonly identifiers: readonly (readonly [string, string])[];
}

/** What Home Assistant made of MQTT. */
export interface Snapshot {
  readonly devices: readonly Device[];
  readonly entities: readonly Entity[];
}

type RegistryEntry = Omit<Entity, 'state' | 'attributes'> & { readonly platform: string };

/** A Home Assistant, wherever it runs, through its public APIs. */
export class HomeAssistant {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url.replace(/\/$/, '');
    this.token = token;
  }

  /** The commands' results, in order, over one connection. */
  async call(
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

  /** REST: GET, or POST where there is a body. */
  async api(path: string, body?: object): Promise<unknown> {
    return (await this.#fetch(path, body)).json();
  }

  /** The bytes of a picture as its pages show them. */
  async image(entityId: string): Promise<Buffer> {
    return Buffer.from(await (await this.#fetch(`image_proxy/${entityId}`)).arrayBuffer());
  }

  async state(entityId: string): Promise<State | undefined> {
    const states = (await this.api('states')) as readonly State[];
    return states.find((state) => state.entity_id === entityId);
  }

  async snapshot(): Promise<Snapshot> {
    const [devices, entities, states] = (await this.call(
      ['config/device_registry/list'],
      ['config/entity_registry/list'],
      ['get_states'],
    )) as [readonly Device[], readonly RegistryEntry[], readonly State[]];
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

  /** Asks until it is what was waited for, or the time is over; then what it was last. */
  async until<T>(ask: () => Promise<T>, settled: (value: T) => boolean, seconds = 60): Promise<T> {
    const end = Date.now() + seconds * 1000;
    let last = await ask();
    while (!settled(last) && Date.now() < end) {
      await delay(250);
      last = await ask();
    }
    return last;
  }

  listen(): Promise<Changes> {
    return Changes.listen(this.url, this.token);
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
