import type { DeviceSettings, Settings } from '../config/schema.ts';
import type { Json, JsonObject } from '../decode/report.ts';
import { isVideo } from '../domain/channel.ts';
import type { ChannelKey } from '../domain/event.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Language } from '../spec/name.ts';
import { type Context, contextOf, deviceSettings } from './context.ts';
import { escapeId, escapeKey } from './escape.ts';
import { channelName, remarked, slug } from './text.ts';
import { defaultBase, type Topics } from './topics.ts';

/** The platforms of Home Assistant in use. */
export type Platform =
  | 'binary_sensor'
  | 'button'
  | 'device_automation'
  | 'event'
  | 'image'
  | 'number'
  | 'sensor';

/** One entity: a component of a discovery payload. */
export interface Entity {
  /** the component's key: stable for ever, and never that of another platform */
  readonly key: string;
  readonly channel: ChannelKey;
  readonly platform: Platform;
  /** as Home Assistant's device discovery takes it, with `p` for the platform */
  readonly config: JsonObject;
}

/** What the entities of one device are made with. */
export interface Scope extends Context {
  readonly record: DeviceRecord;
  readonly device: DeviceSettings | undefined;
  readonly language: Language;
  /** the channels are devices of their own */
  readonly separate: boolean;
  /** several video channels in one device: names must tell them apart */
  readonly crowded: boolean;
}

export function scopeOf(record: DeviceRecord, settings: Settings): Scope {
  const separate = isSeparate(record, settings);
  return {
    ...contextOf(settings),
    record,
    device: deviceSettings(settings, record.id),
    language: settings.homeassistant.language,
    separate,
    crowded: !separate && Object.keys(record.channels).filter(isVideo).length > 1,
  };
}

/**
 * Whether a device's video channels are devices of their own: by setting, or once two of them were
 * seen in the same kind of report. A lone camera says channel 0 in one kind and 1 in another
 * (protocol §2).
 */
export function isSeparate(record: DeviceRecord, settings: Settings): boolean {
  const setting = deviceSettings(settings, record.id)?.channels ?? 'auto';
  if (setting !== 'auto') return setting === 'separate';
  const seen = new Set<string>();
  for (const [channel, { seenIn }] of Object.entries(record.channels)) {
    if (!isVideo(channel)) continue;
    for (const origin of new Set(seenIn)) {
      if (seen.has(origin)) return true;
      seen.add(origin);
    }
  }
  return false;
}

/** The HA device that a channel's entities belong to: its own, or (`undefined`) the whole device's. */
export function ownDevice(scope: Pick<Scope, 'separate'>, channel: ChannelKey): string | undefined {
  return scope.separate && isVideo(channel) ? channel : undefined;
}

/** An entity's own part of its component; the rest is the same for all. */
export interface Draft {
  readonly platform: Platform;
  readonly channel: ChannelKey;
  /** parts of the key behind platform and channel: `temperature`, `0`, `threshold` */
  readonly what: readonly string[];
  /** the same for people, where the key says something twice */
  readonly idParts?: readonly string[];
  readonly name: string;
  readonly config: { readonly [key: string]: Json | undefined };
  readonly category?: 'config' | 'diagnostic' | undefined;
  readonly hidden?: boolean | undefined;
  readonly icon?: string | undefined;
  /** usable while the device itself is away */
  readonly always?: boolean;
}

/** The component of a draft. `undefined` keys are not there. */
export function entity(scope: Scope, draft: Draft): Entity {
  const { platform, channel, what } = draft;
  const { id } = scope.record;
  const key = `${platform}_${escapeKey(channel)}_${what.map(escapeKey).join('.')}`;
  const place = scope.crowded || channel.startsWith('in') ? placeOf(channel, scope) : undefined;
  const config: Record<string, Json | undefined> = {
    p: platform,
    unique_id: `${prefixOf(scope.topics)}${escapeId(id)}_${key}`,
    name: remarked(draft.name, place, scope.language),
    default_entity_id: scope.settings.homeassistant.entity_ids
      ? `${platform}.${slug(id, placePart(channel), ...(draft.idParts ?? what))}`
      : undefined,
    icon: draft.icon,
    entity_category: draft.category,
    enabled_by_default: draft.hidden ? false : undefined,
    availability: draft.always ? [{ topic: scope.topics.bridgeState }] : undefined,
    // the root's is inherited by newer versions only; of mixed ones the states overtake the events
    qos: 1,
    ...draft.config,
  };
  return { key, channel, platform, config: compact(config) };
}

/** What the ids of everything under a base topic begin with. */
export function prefixOf(topics: Pick<Topics, 'base'>): string {
  return topics.base === defaultBase
    ? `${defaultBase}_`
    : `${defaultBase}-${escapeId(topics.base)}__`;
}

/** An object without what is `undefined` in it. */
export function compact(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as JsonObject;
}

function placeOf(channel: ChannelKey, { language }: Scope): string | undefined {
  return channel === 'device' ? undefined : channelName(channel, language);
}

function placePart(channel: ChannelKey): string {
  return channel === 'device' ? '' : channel;
}
