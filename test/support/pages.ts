import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

/** The overview, and a page for each kind of camera. */
const pages = [
  'docs/homeassistant.md',
  ...readdirSync('docs/cameras').map((page) => join('docs/cameras', page)),
];

/** A block of YAML on one of the pages about kinds of camera. */
export interface Block {
  /** page and number of the block */
  readonly name: string;
  readonly text: string;
  /** a dashboard for Home Assistant; settings of the bridge otherwise */
  readonly isDashboard: boolean;
}

/** Everything that the pages tell the reader to paste. */
export function blocksToPaste(): readonly Block[] {
  return pages.flatMap((page) => {
    const text = readFileSync(page, 'utf8');
    return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = ''], index) => ({
      name: `${basename(page)} ${index}`,
      text: block,
      isDashboard: Object.hasOwn(parse(block) as object, 'views'),
    }));
  });
}

/** The settings of all pages, as one who pastes them all has them: each device's under one key. */
export function settingsToPaste(): { readonly devices: Readonly<Record<string, object>> } {
  const devices: Record<string, Record<string, unknown>> = {};
  for (const { text, isDashboard } of blocksToPaste()) {
    if (isDashboard) continue;
    const pasted = (parse(text) as { devices?: Record<string, Record<string, unknown>> }).devices;
    for (const [id, values] of Object.entries(pasted ?? {})) {
      const there = devices[id] ?? {};
      const expect = [there.expect ?? [], values.expect ?? []].flat();
      devices[id] = { ...there, ...values, expect };
    }
  }
  return { devices };
}
