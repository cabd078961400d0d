/** A table of Markdown, and the text of its cells. */

/** @param head the columns' names @param rows as many cells each */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** A bar would end the cell, a line break the row. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

export function code(text: string | number): string {
  return text === '' ? '' : `\`${text}\``;
}

/** Markers around what is generated; everything outside is written by hand. */
const region = /<!-- table:([a-z_]+) -->\n?([\s\S]*?)<!-- \/table -->/g;

/**
 * Puts tables into a page's marked regions.
 *
 * @param tables by name
 * @throws Error where a region names no table
 */
export function fillRegions(page: string, tables: Readonly<Record<string, () => string>>): string {
  return page.replaceAll(region, (_, name: string) => {
    const make = Object.hasOwn(tables, name) ? tables[name] : undefined;
    if (make === undefined) throw new Error(`there is no table ${name}`);
    return `<!-- table:${name} -->\n${make()}\n<!-- /table -->`;
  });
}

/** The names of the regions of a page, in their order. */
export function regionsOf(page: string): readonly string[] {
  return [...page.matchAll(region)].map(([, name = '']) => name);
}
