const LONGEST = 65_535;

/** Whether a message can be published to `topic` (MQTT 5 §4.7): a broker drops the connection over others. */
export function canPublishTo(topic: string): boolean {
  return (
    topic.length > 0 && !/[+#\0\p{Surrogate}]/u.test(topic) && Buffer.byteLength(topic) <= LONGEST
  );
}

/** Whether the topic filter takes in the topic (MQTT 5 §4.7.1); `$` topics only where it names them. */
export function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && wanted[0] !== levels[0]) return false;
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (index >= levels.length) return false;
    if (level !== '+' && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}
