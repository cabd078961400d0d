import { Alarm, type Clock } from '../clock.ts';
import type { Change } from '../domain/change.ts';
import { nextDeadline, tick } from '../domain/device.ts';
import type { Policy } from '../domain/policy.ts';
import type { DeviceRecord } from '../domain/record.ts';

export interface TimersOptions {
  readonly clock: Clock;
  readonly policyOf: (deviceId: string) => Policy;
  /** time alone changed something of the device */
  readonly onChanges: (record: DeviceRecord, changes: readonly Change[]) => void;
}

/** The bridge's own timers: holds that are over, heartbeats that are missed. One for each device. */
export class Timers {
  readonly #options: TimersOptions;
  readonly #alarms = new Map<string, Alarm>();

  constructor(options: TimersOptions) {
    this.#options = options;
  }

  /** The record may have changed: its timer goes where its next deadline is. */
  follow(record: DeviceRecord): void {
    const { clock, policyOf } = this.#options;
    const due = nextDeadline(record, policyOf(record.id));
    const alarm = this.#alarms.get(record.id) ?? new Alarm(clock, () => this.#tick(record));
    this.#alarms.set(record.id, alarm);
    alarm.at(due);
  }

  forget(deviceId: string): void {
    this.#alarms.get(deviceId)?.at(undefined);
    this.#alarms.delete(deviceId);
  }

  stop(): void {
    for (const id of [...this.#alarms.keys()]) this.forget(id);
  }

  #tick(record: DeviceRecord): void {
    const { clock, policyOf, onChanges } = this.#options;
    const changes = tick(record, clock.now(), policyOf(record.id));
    if (changes.length > 0) onChanges(record, changes);
    this.follow(record);
  }
}
