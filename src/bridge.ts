import type { Announcer } from './bridge/announcer.ts';
import type { Approvals } from './bridge/approvals.ts';
import type { AreaLimit } from './bridge/areas.ts';
import type { Delivery } from './bridge/delivery.ts';
import type { Gate } from './bridge/gate.ts';
import type { Info } from './bridge/info.ts';
import type { Metrics } from './bridge/metrics.ts';
import type { Notices } from './bridge/notices.ts';
import type { Registry } from './bridge/registry.ts';
import type { Timers } from './bridge/timers.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './config/schema.ts';
import { decodeReport } from './decode/decode.ts';
import { type DecodedReport, UnreadableReport } from './decode/report.ts';
import type { Change } from './domain/change.ts';
import { applyReport, confirm, newRecord } from './domain/device.ts';
import type { Normalized } from './domain/event.ts';
import { fingerprint } from './domain/fingerprint.ts';
import { type Claims, identify, isProven } from './domain/identity.ts';
import { normalize } from './domain/normalize.ts';
import { heartbeatInterval, type Policy } from './domain/policy.ts';
import { privacyOf, withPrivacy } from './domain/privacy.ts';
import type { DeviceRecord } from './domain/record.ts';
import type { Answer, Push } from './http/push.ts';

export interface BridgeParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly approvals: Approvals;
  readonly policyOf: (deviceId: string) => Policy;
  readonly announcer: Announcer;
  readonly delivery: Delivery;
  readonly timers: Timers;
  readonly notices: Notices;
  readonly metrics: Metrics;
  readonly areas: AreaLimit;
  readonly info: Info;
  /** open while the broker is joined and knows what it should */
  readonly joined: Gate;
}

/** The pipeline: an authenticated push in, MQTT messages out, and the answer when they are safe. */
export class Bridge {
  readonly #parts: BridgeParts;

  constructor(parts: BridgeParts) {
    this.#parts = parts;
  }

  /** @returns what the device is told; 0 only once all that it reported is with the broker or on disk */
  async handle(push: Push): Promise<Answer> {
    const answer = await this.#handle(push);
    const outcome = answer.ok ? 'ok' : answer.problem;
    this.#parts.metrics.pushes.inc({ report: push.report ?? 'unknown', outcome });
    return answer;
  }

  async #handle(push: Push): Promise<Answer> {
    const { notices } = this.#parts;
    const report = decoded(push);
    if (report instanceof UnreadableReport) return notices.unreadable(push, report);
    const claim = identify(claimsOf(push, report));
    if ('refused' in claim) return notices.identity(push, claim.refused);
    const refusal = this.#parts.approvals.check(push, claim.deviceId);
    if (refusal !== undefined) return refusal;
    const { clock, joined } = this.#parts;
    const since = clock.now();
    // a broker that is only just away is waited for: what is on disk is live no more
    await joined.pass();
    return this.#take(push, report, claim.deviceId, clock.now() - since);
  }

  /** Without an `await` until all is on its way: the order of pushes is the order of messages. */
  async #take(
    push: Push,
    report: DecodedReport,
    deviceId: string,
    waited: number,
  ): Promise<Answer> {
    const { registry, delivery, notices, policyOf } = this.#parts;
    const policy = policyOf(deviceId);
    const record = this.#recordOf(push, deviceId);
    const { receivedAt, address } = push;
    const whole = normalize(report, {
      deviceId,
      receivedAt,
      fingerprint: fingerprint(push.body),
      policy,
      record,
    });
    const normalized = withPrivacy(whole, privacyOf(this.#parts.settings, deviceId));
    const changes = applyReport(record, normalized, { now: receivedAt, policy, address });
    this.#follow(record, normalized, changes);
    const wanted = changes.filter((change) => this.#isWanted(change, record));
    try {
      const over = () => push.body.free?.();
      await delivery.deliver(record, wanted, push.receivedAt, { over, waited });
    } catch (error) {
      return notices.lost(push, deviceId, error);
    }
    confirm(record, normalized);
    registry.changed(deviceId);
    // a turn, its timer and its repeats outlive a kill -9; the rest may be some seconds old. What
    // cannot be written now is tried again by the registry, and said there
    if (wanted.some(({ change }) => change === 'alarm' || change === 'event')) {
      await registry.flush([deviceId]).catch(() => {});
    }
    if (push.report !== 'keepalive') return { ok: true };
    return { ok: true, keepinterval: heartbeatInterval(record, policy) };
  }

  #recordOf(push: Push, deviceId: string): DeviceRecord {
    const { registry, settings } = this.#parts;
    const record = registry.get(deviceId) ?? newRecord(deviceId, push.receivedAt);
    if (registry.get(deviceId) === undefined) registry.add(record);
    if (settings.auth.bind_address && !isProven(push.principal)) record.boundTo ??= push.address;
    return record;
  }

  /** Everything that depends on the record and is not a message of this report. */
  #follow(record: DeviceRecord, normalized: Normalized, changes: readonly Change[]): void {
    const { announcer, timers, registry, metrics, info } = this.#parts;
    // a bridge that is killed finds cameras and alarms as they were
    const lasts = changes.some(({ change }) => change === 'alarm' || change === 'availability');
    registry.changed(record.id, lasts);
    metrics.faults.inc(normalized.faults.length);
    const live = changes.some((change) => change.change === 'event' && !change.late);
    announcer.update(record, live);
    info.changed();
    timers.follow(record);
  }

  #isWanted(change: Change, record: DeviceRecord): boolean {
    const { areas, clock, notices } = this.#parts;
    if (change.change === 'notice') return notices.note(change);
    if (change.change !== 'area') return true;
    return areas.allows(record.id, change.channel, clock.now());
  }
}

/** A TLV's DEVICEID names a channel, or what it likes: it is no proof of who pushes (protocol §3). */
function claimsOf({ userIdentify, principal }: Push, report: DecodedReport): Claims {
  const bodyId = report.kind === 'tlv' ? undefined : report.deviceId;
  return { userIdentify, bodyId, principal };
}

function decoded(push: Push): DecodedReport | UnreadableReport {
  try {
    const { report, method } = push;
    return decodeReport({ ...(report === undefined ? {} : { report }), method }, push.body);
  } catch (error) {
    if (error instanceof UnreadableReport) return error;
    throw error;
  }
}
