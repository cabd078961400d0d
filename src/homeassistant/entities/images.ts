import type { ImageKind } from '../../domain/event.ts';
import type { Name } from '../../spec/name.ts';
import { type Entity, entity, type Scope } from '../entity.ts';

/** What each picture is called. */
export const imageNames: Readonly<Record<ImageKind, Name>> = {
  snapshot: { en: 'Snapshot', zh: '抓拍' },
  alarm: { en: 'Alarm picture', zh: '报警图片' },
  face: { en: 'Face picture', zh: '人脸图片' },
  body: { en: 'Person picture', zh: '人体图片' },
  vehicle: { en: 'Vehicle picture', zh: '车辆图片' },
  object: { en: 'Object picture', zh: '目标图片' },
  plate: { en: 'Plate picture', zh: '车牌图片' },
};

/** An image of each kind of picture, over its bytes. */
export function imageEntities(scope: Scope): readonly Entity[] {
  const { topics, record, language } = scope;
  return Object.entries(record.channels).flatMap(([channel, { images }]) =>
    Object.entries(images).map(([key, { format }]) => {
      const image = key as ImageKind;
      return entity(scope, {
        platform: 'image',
        channel,
        what: [image],
        idParts: image === 'snapshot' ? [image] : [image, 'picture'],
        name: imageNames[image][language],
        config: {
          image_topic: topics.image(record.id, channel, image),
          content_type: `image/${format}`,
          json_attributes_topic: topics.imageAttributes(record.id, channel, image),
        },
      });
    }),
  );
}
