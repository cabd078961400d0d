import type { ChannelKey } from './event.ts';

/** The device itself, and every report that names no channel. */
export const DEVICE_CHANNEL: ChannelKey = 'device';

/** What the number of a channel counts (protocol §2 "event", CHANNEL_TYPE of §3). */
const prefixes: Readonly<Record<number, string>> = { 0: '', 1: 'in' };
const THE_DEVICE = 2;

/**
 * Where something happened. Numbers count within their type: external input 0 and video channel 0 are
 * different things. A type that no row knows has names of its own, `type7_0`.
 */
export function channelKey(number: number | undefined, type?: number | undefined): ChannelKey {
  if (type === THE_DEVICE || number === undefined) return DEVICE_CHANNEL;
  if (!Number.isSafeInteger(number) || number < 0) return DEVICE_CHANNEL;
  return `${prefixes[type ?? 0] ?? `type${type}_`}${number}`;
}

/** Whether a channel is one of video: those that make an NVR where there are several. */
export function isVideo(channel: ChannelKey): boolean {
  return /^\d+$/.test(channel);
}
