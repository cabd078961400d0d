import { Alarm, type Clock } from '../clock.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Holds } from '../mqtt/holds.ts';
import { isLate, type LettersOptions, lettersOfNow, lettersOfTurn } from './letters.ts';
import { type Part, type Report, slotsOf, type Turn } from './report.ts';
import type { Sending } from './sending.ts';

export interface TurnsOptions extends LettersOptions {
  readonly holds: Holds<Turn>;
  readonly clock: Clock;
  readonly sending: Sending;
  /** an event came too late to be live */
  readonly onLate: (record: DeviceRecord) => void;
  /** a turn that had waited is nowhere: its camera was answered long ago */
  readonly onLost: (record: DeviceRecord, error: unknown) => void;
}

/** Bytes of pictures that wait at most: more of them go at once, ahead of their turns. */
const MOST_HELD = 8_000_000;

/** Live turns, kept until Home Assistant has subscribed to them. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #release: Alarm;
  /** bytes of the pictures that wait, by turn and of all */
  readonly #bytes = new Map<Turn, number>();
  #held = 0;

  constructor(options: TurnsOptions) {
    this.#options = options;
    this.#release = new Alarm(options.clock, () => this.release());
  }

  /** @returns the publications of the report's turn, where it went at once */
  take(report: Report): readonly Promise<void>[] {
    const { turn, record, received } = report;
    if (turn.parts.length === 0) return [];
    const { holds, clock } = this.#options;
    // as nearly all do
    const passes = holds.passes(record.id, received, clock.now());
    if (passes !== undefined) {
      this.#let(turn, passes.late);
      return report.sent;
    }
    report.waits = true;
    holds.add(record.id, turn, received);
    this.release();
    if (!report.waits) return report.sent;
    const size = picturesOf(turn).reduce((all, { bytes }) => all + bytes, 0);
    if (this.#held + size > MOST_HELD) return this.#sendPictures(turn);
    this.#bytes.set(turn, size);
    this.#held += size;
    return [];
  }

  /** Lets go what has waited long enough; to be called whenever a payload was announced. */
  release(): void {
    const { holds, clock } = this.#options;
    for (const { turn, late } of holds.due(clock.now())) this.#let(turn, late);
    this.#release.at(holds.next());
  }

  /** Its camera is told that it failed, and may send it again: it does not go by itself any more. */
  drop({ waits, turn, record }: Report): void {
    if (!waits) return;
    this.#options.holds.drop(record.id, turn);
    this.#forget(turn);
  }

  /** The device is gone: what waits of it never goes, and is nobody's any more. */
  forget(deviceId: string): void {
    const { holds, sending } = this.#options;
    for (const turn of holds.waitingOf(deviceId)) {
      this.#forget(turn);
      turn.report.waits = false;
      sending.overtaken(turn.parts.flatMap(slotsOf));
      turn.report.released();
    }
    holds.forget(deviceId);
  }

  stop(): void {
    this.#release.at(undefined);
  }

  #forget(turn: Turn): void {
    this.#held -= this.#bytes.get(turn) ?? 0;
    this.#bytes.delete(turn);
  }

  /** They are retained: who subscribes later gets them too. Older ones of their topics that wait are over. */
  #sendPictures(turn: Turn): Promise<void>[] {
    const { holds, sending } = this.#options;
    const { report } = turn;
    const pictures = picturesOf(turn);
    const topics = new Set(pictures.map(({ topic }) => topic));
    for (const other of holds.waitingOf(report.record.id)) {
      if (other === turn) continue;
      const over = picturesOf(other).filter(({ topic }) => topics.has(topic));
      sending.overtaken(over.flatMap(({ part }) => slotsOf(part)));
      without(other, over);
    }
    without(turn, pictures);
    return sending.send(
      pictures.flatMap(({ part }) => lettersOfNow(part)),
      report.received,
    );
  }

  #let(turn: Turn, late: boolean): void {
    const { sending, onLate, onLost } = this.#options;
    const { report, parts } = turn;
    report.waits = false;
    this.#forget(turn);
    if (sending.flows) {
      for (const { change } of parts) if (isLate(change, late)) onLate(report.record);
      const letters = parts.flatMap((part) => lettersOfTurn(part, report, late, this.#options));
      report.sent = sending.send(letters, report.received);
      Promise.all(report.sent).catch((error: unknown) => {
        if (report.answered) onLost(report.record, error);
        else report.refusal = error;
      });
    }
    sending.freeAll(parts.flatMap(slotsOf));
    report.released();
  }
}

interface Picture {
  readonly part: Part;
  readonly topic: string;
  readonly bytes: number;
}

function picturesOf({ parts }: Turn): Picture[] {
  return parts.flatMap((part): Picture[] => {
    const [message] = part.change.change === 'picture' ? part.outgoing.always : [];
    return message === undefined
      ? []
      : [{ part, topic: message.topic, bytes: message.payload.length }];
  });
}

function without(turn: Turn, pictures: readonly Picture[]): void {
  const gone = new Set(pictures.map(({ part }) => part));
  turn.parts = turn.parts.filter((part) => !gone.has(part));
}
