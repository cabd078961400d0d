import { Alarm, type Clock } from '../clock.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Holds } from '../mqtt/holds.ts';
import { isLate, type LettersOptions, lettersOfTurn } from './letters.ts';
import { type Report, slotsOf, type Turn } from './report.ts';
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

/** Live turns, kept until Home Assistant has subscribed to them. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #release: Alarm;

  constructor(options: TurnsOptions) {
    this.#options = options;
    this.#release = new Alarm(options.clock, () => this.release());
  }

  /** @returns the publications of the report's turn, where it went at once */
  take(report: Report): readonly Promise<void>[] {
    const { turn, record, received } = report;
    if (turn.parts.length === 0) return [];
    report.waits = true;
    this.#options.holds.add(record.id, turn, received);
    this.release();
    return report.sent;
  }

  /** Lets go what has waited long enough; to be called whenever a payload was announced. */
  release(): void {
    const { holds, clock } = this.#options;
    for (const { turn, late } of holds.due(clock.now())) this.#let(turn, late);
    this.#release.at(holds.next());
  }

  /** Its camera is told that it failed, and may send it again: it does not go by itself any more. */
  drop({ waits, turn, record }: Report): void {
    if (waits) this.#options.holds.drop(record.id, turn);
  }

  stop(): void {
    this.#release.at(undefined);
  }

  #let(turn: Turn, late: boolean): void {
    const { sending, onLate, onLost } = this.#options;
    const { report, parts } = turn;
    report.waits = false;
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
