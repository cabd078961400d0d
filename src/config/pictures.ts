/** The kinds of picture that can be published, as `<device>/<channel>/image/<kind>` names them. */
export const pictureKinds = [
  'snapshot',
  'alarm',
  'face',
  'body',
  'vehicle',
  'object',
  'plate',
] as const;
