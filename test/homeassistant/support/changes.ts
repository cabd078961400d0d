/** A state as Home Assistant has it. */
export interface State {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** `state_changed`: what an automation sees. */
export interface StateChange {
  readonly entity_id: string;
  readonly old_state: State | null;
  readonly new_state: State | null;
}

/** Writes down every `state_changed`, in order, until it is closed or Home Assistant ends. */
export class Changes {
  readonly all: StateChange[] = [];
  readonly #abort = new AbortController();

  static async listen(url: string, token: string): Promise<Changes> {
    const changes = new Changes();
    const answer = await fetch(`${url}/api/stream?restrict=state_changed`, {
      headers: { authorization: `Bearer ${token}` },
      signal: changes.#abort.signal,
    });
    if (!answer.ok || answer.body === null) throw new Error(`stream: HTTP ${answer.status}`);
    const lines = answer.body.pipeThrough(new TextDecoderStream());
    let listening = () => {};
    const ready = new Promise<void>((resolve) => {
      listening = resolve;
    });
    changes.#read(lines, listening).catch(() => {});
    await ready;
    return changes;
  }

  of(entityId: string): readonly StateChange[] {
    return this.all.filter((change) => change.entity_id === entityId);
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
        const { data } = JSON.parse(text) as { readonly data: StateChange };
        this.all.push(data);
      }
    }
  }
}
