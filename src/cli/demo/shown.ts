/** A message as the demo shows it. */
export interface ShownMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
}

export interface Look {
  /** characters of a line */
  readonly width: number;
  readonly color: boolean;
}

const PAINT = { dim: 2, green: 32, yellow: 33, blue: 34, cyan: 36, bold: 1 } as const;

/** Text in a terminal's colour (ECMA-48 SGR); as it is where there are none. */
export function painted(text: string, paint: keyof typeof PAINT, { color }: Look): string {
  return color ? `\u001b[${PAINT[paint]}m${text}\u001b[0m` : text;
}

/** One line: a mark where it is retained, topic, payload cut to the width. */
export function messageLine({ topic, payload, retain }: ShownMessage, look: Look): string {
  const mark = retain ? '●' : '○';
  const shownTopic = cut(oneLine(topic), Math.max(10, look.width - 8));
  const room = Math.max(0, look.width - width(shownTopic) - 6);
  const paint = topic.endsWith('/event') ? 'yellow' : 'cyan';
  return `  ${mark} ${painted(shownTopic, paint, look)}  ${painted(cut(payloadText(payload), room), 'dim', look)}`.trimEnd();
}

/** A payload in a few words: pictures by size, nothing as such, text on one line. */
export function payloadText(payload: Buffer): string {
  if (payload.length === 0) return '(cleared)';
  if (payload[0] === 0xff && payload[1] === 0xd8) return `JPEG, ${size(payload.length)}`;
  if (payload.subarray(1, 4).toString('latin1') === 'PNG') return `PNG, ${size(payload.length)}`;
  return oneLine(payload.toString());
}

/** Without what would steer a terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

/** Cut to so many columns, with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let shown = '';
  let used = 1;
  for (const letter of text) {
    used += columnsOf(letter);
    if (used > columns) break;
    shown += letter;
  }
  return columns < 1 ? '' : `${shown}…`;
}

function width(text: string): number {
  return [...text].reduce((sum, letter) => sum + columnsOf(letter), 0);
}

/** Chinese characters take two columns of a terminal. */
function columnsOf(letter: string): number {
  return /[\u1100-\u115f\u2e80-\uffdc]/u.test(letter) ? 2 : 1;
}
