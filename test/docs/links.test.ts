import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { regionsOf } from '../../src/docs/markdown.ts';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...below('docs', 'md'),
];

function below(folder: string, ext: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(`.${ext}`))
    .map((name) => join(folder, name));
}

/** Files of the repository that a page links to, with the anchor in it. */
function linksOf(page: string): readonly { readonly file: string; readonly anchor: string }[] {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  return links
    .filter(([, path = '']) => !/^https?:/.test(path))
    .map(([, path = '', anchor = '']) => ({
      file: path === '' ? page : normalize(join(dirname(page), path)),
      anchor,
    }));
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', (page) => {
  test('its links lead somewhere', () => {
    const dead = linksOf(page).filter(
      ({ file, anchor }) =>
        !existsSync(file) ||
        (anchor !== '' && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor)),
    );
    expect(dead).toEqual([]);
  });

  test('has each table once', () => {
    const regions = regionsOf(readFileSync(page, 'utf8'));
    expect(new Set(regions).size).toBe(regions.length);
  });
});

test('the README links every page, and a page shows every picture', () => {
  const linked = linksOf('README.md').map(({ file }) => file);
  expect(below('docs', 'md').filter((page) => !linked.includes(page))).toEqual([]);
  const shown = pages.flatMap(linksOf).map(({ file }) => file);
  expect(below('docs', 'png').filter((picture) => !shown.includes(picture))).toEqual([]);
});
