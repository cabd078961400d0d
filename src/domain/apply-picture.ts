import type { JsonObject, Picture } from '../decode/report.ts';
import { type Applied, type Applying, nothing } from './apply-context.ts';
import type { Change } from './change.ts';
import { channelRecord } from './channels.ts';
import type { ChannelKey, ImageKind, Moment, PictureEvent } from './event.ts';
import { isoOf } from './json.ts';
import { ENTITIES, tooMany } from './notices.ts';
import type { ChannelRecord } from './record.ts';
import { entitiesOf, mayAdd } from './room.ts';

/** A picture of no alarm. */
export function applyPicture(event: PictureEvent, applying: Applying): Applied {
  const { channel, image, picture, moment, attributes } = event;
  const { record, isRepeat } = applying;
  if (isRepeat) return nothing;
  const place = channelRecord(record, channel);
  if (place === undefined) return { changes: tooMany(record, 'channels') };
  const data = { data: attributes };
  return {
    changes: pictureChanges(place, applying, {
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
  { record, policy }: Pick<Applying, 'record' | 'policy'>,
  seen: {
    readonly channel: ChannelKey;
    readonly image: ImageKind;
    readonly picture: Picture;
    readonly moment: Moment;
    readonly attributes: JsonObject;
    readonly live: boolean;
  },
): readonly Change[] {
  const { channel, image, picture, moment, live } = seen;
  const { at } = moment;
  const previous = place.images[image];
  if (moment.late && previous !== undefined && previous.at > at) return [];
  if (previous === undefined && !mayAdd(record, policy, entitiesOf.image)) {
    return tooMany(record, ENTITIES);
  }
  place.images[image] = { format: picture.format, at, bytes: picture.bytes.length };
  const attributes = { at: isoOf(at), ...seen.attributes };
  return [{ change: 'picture', channel, image, picture, attributes, live }];
}
