import { type Clock, systemClock } from '../clock.ts';
import { alarmOf } from '../spec/alarms.ts';
import { type Answer, readAnswer } from './answer.ts';
import type { AlarmDetails, CameraCounters, CameraOptions } from './camera-options.ts';
import { DigestClient } from './digest-client.ts';
import type { Push, ReportQuirks, Sender, Status } from './reports.ts';
import * as reports from './reports.ts';
import type { TlvRecord } from './tlv.ts';
import { wallDigits, wallText } from './wall.ts';

/** Seconds between heartbeats until the answer says otherwise (protocol §1 "Answers"). */
const HEARTBEAT = 60;

/**
 * A camera in software: pushes as protocol §1-§3 say, over a real socket. Every push rejects where no
 * answer came, and resolves to the answer otherwise, refusals included.
 */
export class SimulatedCamera {
  readonly id: string;
  readonly name: string;
  readonly generation: 'old' | 'jes';
  readonly counters: CameraCounters = {
    pushes: 0,
    accepted: 0,
    refused: 0,
    failed: 0,
    requests: 0,
  };
  readonly #options: CameraOptions;
  readonly #clock: Clock;
  readonly #client: DigestClient;
  readonly #quirks: ReportQuirks;
  readonly #turns = new Map<string, string>();
  #interval = HEARTBEAT;
  /** the life since the last power on */
  #life: { cancel?: () => void } | undefined;
  #alarms = 0;
  #mid = 0;

  constructor(options: CameraOptions) {
    this.#options = options;
    this.id = options.id;
    this.name = options.name ?? 'HD IPC';
    this.generation = options.generation ?? 'jes';
    this.#clock = options.clock ?? systemClock;
    const { digest, ...rest } = options.quirks ?? {};
    this.#quirks = rest;
    this.#client = new DigestClient({
      url: options.url,
      username: options.username,
      password: options.password,
      ...(digest === undefined ? {} : { quirks: digest }),
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      ...(options.localAddress === undefined ? {} : { localAddress: options.localAddress }),
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
  }

  /** Seconds between heartbeats, as last told. */
  get interval(): number {
    return this.#interval;
  }

  /** ms since 1970 as if its wall clock were UTC: what PTS holds (protocol §1 "Times"). */
  wall(): number {
    const now = this.#clock.now();
    const zone = this.#options.zone ?? -new Date(now).getTimezoneOffset();
    return now + zone * 60_000 + (this.#options.offset ?? 0);
  }

  /** Its wall clock as JSON reports have it. */
  time(): string {
    return wallText(this.wall());
  }

  /** Sends a heartbeat and takes the interval that the answer tells. */
  async heartbeat(): Promise<Answer> {
    const answer = await this.push(
      reports.keepalive(this.#sender, { channel: 0, time: this.time() }, this.#quirks),
    );
    if (answer.keepinterval !== undefined && answer.keepinterval > 0) {
      this.#interval = answer.keepinterval;
    }
    return answer;
  }

  /** An alarm by the report of its generation. */
  happen(type: string, status: Status, details: AlarmDetails = {}): Promise<Answer> {
    return this.generation === 'old'
      ? this.alarm(type, status, details)
      : this.event(type, status, details);
  }

  /** An alarm as the old architecture reports it. */
  alarm(
    type: string,
    status: Status | string | number,
    details: AlarmDetails = {},
  ): Promise<Answer> {
    const channel = details.channel ?? 1;
    const uuid = details.uuid ?? this.#uuid(channel, type, status);
    const alarm = { ...this.#alarm(type, status, details), channel, uuid };
    return this.push(reports.alarmReport(this.#sender, alarm, this.#quirks));
  }

  /** An alarm as JES reports it. */
  event(
    type: string,
    status: Status | string | number,
    details: AlarmDetails = {},
  ): Promise<Answer> {
    const alarm = {
      ...this.#alarm(type, status, details),
      channel: details.channel ?? 0,
      channelType: details.channelType ?? 0,
      event: details.event ?? 1,
    };
    return this.push(reports.eventReport(this.#sender, alarm, this.#quirks));
  }

  /** Metadata; nothing is added to the records. */
  tlv(records: readonly TlvRecord[]): Promise<Answer> {
    return this.push(reports.tlvReport(this.#sender, records, this.#quirks));
  }

  /**
   * @param registers by number
   * @param limits 0 below its minimum, 1 above its maximum; left out altogether where undefined
   */
  modbus(
    registers: Readonly<Record<number, number>>,
    limits?: Readonly<Record<number, 0 | 1>>,
  ): Promise<Answer> {
    const values = { time: this.time(), registers, ...(limits === undefined ? {} : { limits }) };
    return this.push(reports.modbus(this.#sender, values, this.#quirks));
  }

  /** Thermal rectangles, °C. */
  temperature(rectangles: readonly reports.Rectangle[], channel = 1): Promise<Answer> {
    return this.push(reports.temperature(this.#sender, { channel, rectangles }, this.#quirks));
  }

  snapshot(picture: Buffer, fileName?: string): Promise<Answer> {
    this.#mid += 1;
    const name = fileName ?? `T${wallDigits(this.wall()).slice(6)}.jpg`;
    const shot = { mid: this.#mid, fileName: name, picture };
    return this.push(reports.snapshot(this.#sender, shot, this.#quirks));
  }

  /** Sends any push as it is. */
  async push(push: Push): Promise<Answer> {
    this.counters.pushes += 1;
    const answer = await this.#client.request(push).catch((error: unknown) => {
      this.counters.failed += 1;
      throw error;
    });
    this.counters.requests += answer.sends;
    const read = readAnswer(answer);
    this.counters[read.ok ? 'accepted' : 'refused'] += 1;
    return read;
  }

  /** Power on: a heartbeat now, and one in each interval from its answer on. Does nothing twice. */
  start(): void {
    if (this.#life !== undefined) return;
    this.#life = {};
    void this.#beat(this.#life);
  }

  /** Power off: no more heartbeats, connections closed, the nonce forgotten. */
  stop(): void {
    this.#life?.cancel?.();
    this.#life = undefined;
    this.#client.forget();
    this.#client.close();
  }

  async #beat(life: { cancel?: () => void }): Promise<void> {
    const result = await this.heartbeat().catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    this.#options.onHeartbeat?.(result);
    if (this.#life !== life) return;
    life.cancel = this.#clock.after(this.#interval * 1000, () => void this.#beat(life));
  }

  get #sender(): Sender {
    return { id: this.id, name: this.name };
  }

  #alarm(type: string, status: Status | string | number, details: AlarmDetails) {
    return {
      type,
      status,
      time: details.time ?? this.time(),
      label: details.label ?? alarmOf(type)?.row.name[this.#options.language ?? 'en'] ?? type,
      ...(details.picture === undefined ? {} : { picture: details.picture }),
      ...(details.extension === undefined ? {} : { extension: details.extension }),
    };
  }

  /** `device/channel/type/time/count` (protocol §2); start and stop of one turn share it. */
  #uuid(channel: number, type: string, status: Status | string | number): string {
    const turn = `${channel}/${type}`;
    const open = this.#turns.get(turn);
    if (status === 'stop' && open !== undefined) {
      this.#turns.delete(turn);
      return open;
    }
    this.#alarms += 1;
    const uuid = `${this.id}/${turn}/${wallDigits(this.wall())}/${this.#alarms}`;
    if (status === 'start') this.#turns.set(turn, uuid);
    return uuid;
  }
}
