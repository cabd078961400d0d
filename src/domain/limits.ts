/**
 * How much one device may make the bridge and Home Assistant keep. A camera that invents a new name
 * every minute reaches these, is named once on `bridge/event`, and harms nobody else.
 */
export const limits = {
  /** an NVR has up to 128 video channels, some external inputs and itself */
  channels: 160,
  /** each is a binary sensor; the table has under a hundred, and a parking camera two spaces */
  alarmsPerChannel: 160,
  /** beyond them an event's type is `other` */
  eventTypesPerChannel: 200,
  readingsPerChannel: 128,
  /** modbus registers, the only kind whose fields no row lists */
  fieldsPerReading: 128,
  /** names of unknown things remembered, for telling of each once */
  unknownNames: 200,
  /** fingerprints remembered for repeats */
  recent: 1000,
  /** faults shown with one report */
  faults: 10,
  /** characters of a name, a label, an alarm type; seconds of ALARM_DELAY */
  name: 128,
  alarmType: 64,
  delay: 86_400,
} as const;

/** A text from outside, cut where it is longer than `length`; never between the halves of a character. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
