import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const folder = 'docs/cameras';

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
  return readdirSync(folder).flatMap((page) => {
    const text = readFileSync(join(folder, page), 'utf8');
    return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block = ''], index) => ({
      name: `${page} ${index}`,
      text: block,
      isDashboard: Object.hasOwn(parse(block) as object, 'views'),
    }));
  });
}
