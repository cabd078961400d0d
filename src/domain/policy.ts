import type { AlarmSettings, DeviceSettings, Settings } from '../config/schema.ts';
import { type AlarmRow, alarmOf, unknownAlarm } from '../spec/alarms.ts';
import type { ChannelKey } from './event.ts';
import { own } from './json.ts';
import type { DeviceRecord } from './record.ts';

/** What the settings say of one device, in the domain's units: ms, but for what a record keeps in seconds. */
export interface Policy {
  /** IANA name of the camera's clock */
  readonly timeZone: string | undefined;
  /** ms by the camera's corrected clock after which what it sends is late */
  readonly lateAfter: number;
  /** ms within which the same alarm, byte for byte, is a repeat */
  readonly repeatWindow: number;
  /** seconds between heartbeats, where the user set no other number in Home Assistant */
  readonly heartbeatInterval: number;
  /** heartbeats missed after which a camera is offline */
  readonly heartbeatsMissed: number;
  /** ms of silence after which a camera without heartbeats is offline; `undefined`: it never is */
  readonly silentAfter: number | undefined;
  /** ms since 1970 UTC: before it nobody could push, so silence says nothing */
  readonly listeningSince: number;
  /** about how many entities the device may have in Home Assistant */
  readonly mostEntities: number;
  /** biometric vectors and ids of the face library are wanted */
  readonly faceFeatures: boolean;
  /** settings of an alarm for the device, then for all; by canonical key */
  readonly alarms: readonly Readonly<Record<string, AlarmSettings>>[];
}

/** How an alarm runs. */
export interface AlarmRules {
  /** ms that a pulse keeps it ON; `lasting`: until something ends it */
  readonly hold: number | 'lasting';
  /** ms after which a start without its stop is over */
  readonly maximum: number | 'none';
  /** by its row it may last: a start that comes late still counts */
  readonly condition: boolean;
  readonly ignore: boolean;
}

/** The policy for one device. */
export function policyOf(settings: Settings, deviceId: string, listeningSince: number): Policy {
  const device: DeviceSettings | undefined = own(settings.devices, deviceId);
  return {
    timeZone: device?.time_zone,
    lateAfter: settings.events.late_after * 1000,
    repeatWindow: settings.events.repeat_window * 1000,
    heartbeatInterval: device?.heartbeat_interval ?? settings.heartbeat.interval,
    heartbeatsMissed: settings.heartbeat.missed,
    silentAfter: device?.silent_after === undefined ? undefined : device.silent_after * 1000,
    listeningSince,
    mostEntities: settings.homeassistant.max_entities,
    faceFeatures: settings.publish.face_features,
    alarms: [byCanonicalKey(device?.alarms ?? noAlarms), byCanonicalKey(settings.alarms)],
  };
}

type AlarmMap = Readonly<Record<string, AlarmSettings>>;

const noAlarms: AlarmMap = {};
/** Settings stay what they are, and a policy is asked for with every push. */
const canonical = new WeakMap<AlarmMap, AlarmMap>();

/** Settings may name an alarm by any of its names, in any case. */
function byCanonicalKey(map: AlarmMap): AlarmMap {
  const known = canonical.get(map);
  if (known !== undefined) return known;
  const made = Object.fromEntries(
    Object.entries(map).map(([type, settings]) => [alarmOf(type)?.key ?? type, settings]),
  );
  canonical.set(map, made);
  return made;
}

/** Seconds between heartbeats that the device is to be told: the user's number before the settings. */
export function heartbeatInterval(record: DeviceRecord | undefined, policy: Policy): number {
  return own(record?.numbers ?? {}, 'heartbeat_interval') ?? policy.heartbeatInterval;
}

/**
 * How an alarm runs on a channel: what the user set in Home Assistant, else the device's settings,
 * else the alarm's, else its row.
 *
 * @param alarm canonical key, or the type as sent
 */
export function alarmRules(
  record: DeviceRecord,
  channel: ChannelKey,
  alarm: string,
  policy: Policy,
): AlarmRules {
  const row: Pick<AlarmRow, 'hold' | 'maximum'> = alarmOf(alarm)?.row ?? unknownAlarm;
  const settings = policy.alarms.map((map) => own(map, alarm));
  const hold =
    own(record.numbers, `hold/${channel}/${alarm}`) ??
    settings.find((one) => one?.hold !== undefined)?.hold ??
    row.hold;
  const maximum =
    own(record.numbers, `maximum/${channel}/${alarm}`) ??
    settings.find((one) => one?.maximum !== undefined)?.maximum ??
    row.maximum;
  return {
    hold: hold === 'lasting' ? hold : hold * 1000,
    // 0 is never (the setting `alarms.<type>.maximum`)
    maximum: maximum === 'none' || maximum === 0 ? 'none' : maximum * 1000,
    condition: row.maximum === 'none',
    ignore: settings.some((one) => one?.ignore === true),
  };
}
