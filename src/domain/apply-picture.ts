import type { JsonObject, Picture } from '../decode/report.ts';
import { type Applied, type Applying, nothing } from './apply-context.ts';
import type { PictureChange } from './change.ts';
import { channelRecord } from './channels.ts';
import type { ChannelKey, ImageKind, Moment, PictureEvent } from './event.ts';
import { isoOf } from './json.ts';
import { tooMany } from './notices.ts';
import type { ChannelRecord } from './record.ts';

/** A picture of no alarm. */
export function applyPicture(event: PictureEvent, { record, isRepeat }: Applying): Applied {
  const { channel, image, picture, moment, attributes } = event;
  if (isRepeat) return nothing;
  const place = channelRecord(record, channel);
  if (place === undefined) return { changes: tooMany(record, 'channels') };
  const data = { data: attributes };
  return {
    changes: pictureChanges(place, {
      channel,
      image,
      picture,
      moment,
      attributes: data,
      live: false,
    }),
  };
}

/** Keeps what a picture was and tells of it; one that comes late replaces none that is newer. */
export function pictureChanges(
  place: ChannelRecord,
  seen: {
    readonly channel: ChannelKey;
    readonly image: ImageKind;
    readonly picture: Picture;
    readonly moment: Moment;
    readonly attributes: JsonObject;
    readonly live: boolean;
  },
): readonly PictureChange[] {
  const { channel, image, picture, moment, live } = seen;
  const { at } = moment;
  const previous = place.images[image];
  if (moment.late && previous !== undefined && previous.at > at) return [];
  place.images[image] = { format: picture.format, at, bytes: picture.bytes.length };
  const attributes = { at: isoOf(at), ...seen.attributes };
  return [{ change: 'picture', channel, image, picture, attributes, live }];
}
