import type { IClientOptions } from 'mqtt';
import { Recorder } from './recorder.ts';

/** Everything that a broker keeps, as it is now and as it changes. */
export class RetainedTree {
  readonly recorder: Recorder;
  #trips = 0;

  private constructor(recorder: Recorder) {
    this.recorder = recorder;
  }

  /** Joins by MQTT 5, which hands the retain flag on as it was published. */
  static async watch(url: string, options: IClientOptions = {}): Promise<RetainedTree> {
    return new RetainedTree(await Recorder.connect(url, ['#'], options));
  }

  /** What is kept now, by topic. */
  get now(): ReadonlyMap<string, string> {
    const tree = new Map<string, string>();
    for (const { topic, text, retain } of this.recorder.messages) {
      if (!retain) continue;
      if (text === '') tree.delete(topic);
      else tree.set(topic, text);
    }
    return tree;
  }

  get topics(): readonly string[] {
    return [...this.now.keys()].sort();
  }

  /** Resolves once it has heard all that the broker kept when this was called. */
  async settled(): Promise<void> {
    const topic = `settled/${this.#trips++}/${process.pid}`;
    await this.recorder.client.publishAsync(topic, '', { qos: 1 });
    await this.recorder.waitFor((message) => message.topic === topic);
  }

  /** Resolves once the tree is so. */
  async until(isSo: (topics: readonly string[]) => boolean, what: string): Promise<void> {
    await this.recorder
      .waitFor(() => isSo(this.topics))
      .catch(() => {
        throw new Error(`never ${what}: ${this.topics.join(' ')}`);
      });
  }

  close(): Promise<void> {
    return this.recorder.close();
  }
}
