/** A state as Home Assistant has it. */
export interface State {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly last_changed: string;
}

/** One event of Home Assistant's bus. */
export interface BusEvent {
  readonly event_type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** `state_changed`: what a trigger sees. */
export interface StateChange {
  readonly entity_id: string;
  readonly old_state: State | null;
  readonly new_state: State | null;
}

/** Writes down the bus of Home Assistant, in order, until it is closed or Home Assistant ends. */
export class Heard {
  readonly events: BusEvent[] = [];
  readonly #abort = new AbortController();
  readonly #looking = new Set<() => void>();

  static async listen(url: string, token: string): Promise<Heard> {
    const heard = new Heard();
    const answer = await fetch(`${url}/api/stream`, {
      headers: { authorization: `Bearer ${token}` },
      signal: heard.#abort.signal,
    });
    if (!answer.ok || answer.body === null) throw new Error(`stream: HTTP ${answer.status}`);
    const lines = answer.body.pipeThrough(new TextDecoderStream());
    await new Promise<void>((resolve) => {
      heard.#read(lines, resolve).catch(() => {});
    });
    return heard;
  }

  /** Every `state_changed`, of one entity where it is named. */
  changes(entityId?: string): readonly StateChange[] {
    return this.events
      .filter(({ event_type }) => event_type === 'state_changed')
      .map(({ data }) => data as unknown as StateChange)
      .filter(({ entity_id }) => entityId === undefined || entity_id === entityId);
  }

  /** How often something of the user's own happened: the event that a test's automation fires. */
  fired(type: string): readonly BusEvent['data'][] {
    return this.events.filter(({ event_type }) => event_type === type).map(({ data }) => data);
  }

  /** The first answer of `find` that there is, had or to come. */
  waitFor<T>(find: (heard: this) => T | undefined, what: string, seconds = 30): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#looking.delete(look);
      };
      const look = () => {
        const found = find(this);
        if (found === undefined) return;
        end();
        resolve(found);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`not within ${seconds} s: ${what}`));
      }, seconds * 1000);
      this.#looking.add(look);
      look();
    });
  }

  /** The first change of an entity to a state. */
  state(entityId: string, state: string, seconds = 30): Promise<StateChange> {
    const isIt = ({ new_state }: StateChange) => new_state?.state === state;
    const find = () => this.changes(entityId).find(isIt);
    return this.waitFor(find, `${entityId} ${state}`, seconds);
  }

  /** The end of a turn: off after on. */
  ended(entityId: string, seconds = 30): Promise<true> {
    const find = () => {
      const states = this.changes(entityId).map(({ new_state }) => new_state?.state);
      const on = states.indexOf('on');
      return on >= 0 && states.indexOf('off', on) > 0 ? true : undefined;
    };
    return this.waitFor(find, `${entityId} on and off`, seconds);
  }

  close(): void {
    this.#abort.abort();
  }

  /** The first thing that comes is a ping: from there on nothing is missed. */
  async #read(stream: ReadableStream<string>, listening: () => void): Promise<void> {
    let rest = '';
    for await (const part of stream) {
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('data: ')) continue;
        listening();
        const text = line.slice('data: '.length);
        if (text === 'ping') continue;
        this.events.push(JSON.parse(text) as BusEvent);
        for (const look of this.#looking) look();
      }
    }
  }
}
