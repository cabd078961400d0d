import type { AlarmStatus, Fault, JsonObject, Picture } from '../decode/report.ts';
import type { ReadingKind } from '../spec/kinds.ts';

/**
 * Where something happened: `0`, `1`, … a video channel, `in0` an external input, `device` the device
 * itself and every report that names no channel.
 */
export type ChannelKey = string;

/** Which kind of picture: `snapshot` (a whole picture), `alarm`, and the crops of an object. */
export type ImageKind = 'snapshot' | 'alarm' | 'face' | 'body' | 'vehicle' | 'object' | 'plate';

/** When something happened and when the bridge heard of it, both ms since 1970 UTC. */
export interface Moment {
  readonly at: number;
  readonly received: number;
  /** `receipt` where the camera gave no time, or one before 2020 */
  readonly source: 'camera' | 'receipt';
  /** the camera's wall clock as it sent it, ms as if it were UTC; absent where it sent none */
  readonly wall?: number;
  /** the camera itself sent it late (rule 5): by more than 60 s of its corrected clock */
  readonly late: boolean;
}

/** When, where and by what something came. */
export interface Place {
  readonly moment: Moment;
  readonly channel: ChannelKey;
  /** the report, and of a TLV its layer or target, that it came by: `alarm_report`, `tlv_report:face` */
  readonly origin: string;
}

/** A heartbeat (protocol §2 "keepalive"). */
export interface HeartbeatEvent extends Place {
  readonly kind: 'heartbeat';
  /** the camera's wall clock minus UTC at receipt, ms; absent where it sent no usable time */
  readonly offset?: number;
}

/**
 * An alarm of a camera, by whichever report it came. `runs` says whether it drives the lifecycle
 * (design, "The alarm lifecycle"): event class 1, or a known alarm of class 0 or none.
 */
export interface AlarmEvent extends Place {
  readonly kind: 'alarm';
  /** the canonical key of `spec/alarms.ts`, else the type as sent */
  readonly alarm: string;
  /** the type as sent */
  readonly type: string;
  readonly known: boolean;
  readonly runs: boolean;
  /** the event class of an `event_report`, where it has one (protocol §2 "event") */
  readonly class?: number;
  readonly status: AlarmStatus | { readonly unknown: string } | undefined;
  /** sub-identity within the alarm where its row names one: `parking_id` */
  readonly source?: string;
  /** the camera's own id of the turn (`alarm_uuid`), or `mid` */
  readonly uuid?: string;
  /** the camera's readable name of it: `typeName`, `alarm_msg`, ALARM_NAME */
  readonly label?: string;
  /** seconds until a pulse is over, by ALARM_DELAY */
  readonly delay?: number;
  readonly picture?: Picture;
  /** what the camera sent, without pictures: under `data` */
  readonly data: JsonObject;
}

/** Current values of one thing that can be read: a thermal rectangle, a people counter, the last face. */
export interface ReadingEvent extends Place {
  readonly kind: 'reading';
  readonly reading: ReadingKind;
  /** which one, where there can be several: the rectangle's id, the register block, the region */
  readonly index?: string;
  /** its name as the camera has it */
  readonly label?: string;
  /** by the field keys of the kind's row in `spec/kinds.ts`; enumerations as stable keys */
  readonly values: JsonObject;
}

/** A picture that belongs to no alarm: a timed snapshot, the crop of a face. */
export interface PictureEvent extends Place {
  readonly kind: 'picture';
  readonly image: ImageKind;
  readonly picture: Picture;
  readonly attributes: JsonObject;
}

/** Frames of detection and rules (protocol §3 `AREA`): neither retained nor durable. */
export interface AreaEvent extends Place {
  readonly kind: 'area';
  readonly data: JsonObject;
}

/** Something that no row knows: an unknown report, first-layer record, target or tag. */
export interface UnknownEvent extends Place {
  readonly kind: 'unknown';
  /** what kind of thing: `report`, `field`, `layer`, `target`, `tag`, `key` (of an extension), `value` */
  readonly what: string;
  /** its stable name: a path's last segment, `TAG_0x1000E` */
  readonly name: string;
  readonly data: JsonObject;
}

/** What one report says, in the bridge's words. */
export type DomainEvent =
  | HeartbeatEvent
  | AlarmEvent
  | ReadingEvent
  | PictureEvent
  | AreaEvent
  | UnknownEvent;

/** One report normalized: what it says, and who says it. */
export interface Normalized {
  readonly deviceId: string;
  readonly deviceName?: string;
  readonly generation?: 'old' | 'jes';
  readonly method: string;
  readonly events: readonly DomainEvent[];
  readonly faults: readonly Fault[];
  readonly repaired: boolean;
  /** of the body, for repeats: from `fingerprint()` */
  readonly fingerprint: string;
  /** the whole normalized report, for `report/<method>`; made where it is asked for, for few ask */
  readonly report: () => JsonObject;
}
