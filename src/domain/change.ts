import type { JsonObject, Picture } from '../decode/report.ts';
import type { ReadingKind } from '../spec/kinds.ts';
import type { ChannelKey, ImageKind } from './event.ts';
import type { ReadingRecord } from './record.ts';

/**
 * What became different, in the order in which it must be published: picture, its attributes, event,
 * state. The domain's last word; `homeassistant/messages.ts` makes MQTT messages of it.
 */
export type Change =
  | PictureChange
  | EventChange
  | AlarmChange
  | ReadingChange
  | AreaChange
  | ReportChange
  | AvailabilityChange
  | DeviceChange
  | NoticeChange;

/** `<device>/<channel>/image/<kind>` and its attributes. */
export interface PictureChange {
  readonly change: 'picture';
  readonly channel: ChannelKey;
  readonly image: ImageKind;
  readonly picture: Picture;
  /** `at`, `id` of the turn where there is one, `alarm`, `data` */
  readonly attributes: JsonObject;
  /** part of a live turn: goes out with its event and state, in their order */
  readonly live: boolean;
}

/** `<device>/<channel>/event` when live, and `<device>/history` always. */
export interface EventChange {
  readonly change: 'event';
  readonly channel: ChannelKey;
  /** canonical alarm key, or the type as sent */
  readonly type: string;
  /**
   * The turn's id, which the alarm's state and the picture carry too; with `body.status` it is unique.
   * What is sent again after a lost acknowledgement has the same.
   */
  readonly id: string;
  readonly at: number;
  readonly received: number;
  /** never to go to the live topic (rule 5), by the camera's own clock */
  readonly late: boolean;
  /** a turn's end: nothing happens that anybody would act on; for the history alone */
  readonly ends: boolean;
  /** everything else of the payload: `status`, `label`, `name`, `data`, … */
  readonly body: JsonObject;
}

/**
 * `<device>/<channel>/alarm/<alarm>`: state and attributes in one JSON. An `OFF` whose record says `ON`
 * is what an alarm was before its very first turn: its payload is `{"state": "OFF"}` alone, and the
 * turn's `ON` follows in the same list.
 */
export interface AlarmChange {
  readonly change: 'alarm';
  readonly channel: ChannelKey;
  /** `alarmId()` in the device's record: its payload is made from the record */
  readonly alarm: string;
  readonly state: 'ON' | 'OFF';
  /** an `ON` that began just now: waits for Home Assistant to subscribe, and is not sent when late */
  readonly live: boolean;
}

/** `<device>/<channel>/<kind>[/<n>]`, made from the record, but what was seen from `seen`. */
export interface ReadingChange {
  readonly change: 'reading';
  readonly channel: ChannelKey;
  readonly reading: ReadingKind;
  readonly index?: string;
  /** the thing seen as it was: the record has only the last of a report */
  readonly seen?: ReadingRecord;
}

/** `<device>/<channel>/area`, QoS 0. */
export interface AreaChange {
  readonly change: 'area';
  readonly channel: ChannelKey;
  readonly data: JsonObject;
}

/** `<device>/report/<method>`. */
export interface ReportChange {
  readonly change: 'report';
  readonly method: string;
  readonly known: boolean;
  /** made when it is asked for: of most reports nobody does */
  readonly body: () => JsonObject;
}

export interface AvailabilityChange {
  readonly change: 'availability';
  readonly online: boolean;
}

/** `<device>/state` and `bridge/device/<device>`. */
export interface DeviceChange {
  readonly change: 'device';
}

/** `bridge/event`. */
export interface NoticeChange {
  readonly change: 'notice';
  /** `device_new`, `unknown`, `fault`, `wrong_credentials`, …: `notices` in `homeassistant/bridge.ts` has all */
  readonly type: string;
  /** in plain words, with what to do about it */
  readonly message: string;
  readonly data: JsonObject;
}
