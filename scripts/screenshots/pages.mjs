// What the documentation's pages say to paste: dashboards and settings.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseDocument, visit } from 'yaml';

/** Names in dashboards and of cameras, as somebody who reads Chinese would have written them. */
const chinese = {
  'Front door': '前门',
  'Last alarm': '最近报警画面',
  'Last event': '最近事件',
  Motion: '移动侦测',
  Person: '人形',
  'Line crossing': '绊线',
  Intrusion: '区域入侵',
  Stranger: '陌生人',
  'Lens covered': '镜头遮挡',
  'Last 24 hours': '最近 24 小时',
  Alarms: '报警',
};

/** The same in the language; what is not known stays. */
export function inLanguage(text, language) {
  return language === 'zh' ? (chinese[text] ?? text) : text;
}

function blocksOf(page) {
  const text = readFileSync(join('docs', page), 'utf8');
  return [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, block]) => block);
}

/** The dashboard of a page, whose graphs show the minutes that were played, not a day. */
export function dashboardOf(page) {
  const yaml = blocksOf(page).find((block) => block.startsWith('views:'));
  if (yaml === undefined) throw new Error(`${page} has no dashboard`);
  return parse(yaml.replaceAll(/hours_to_show: \d+/g, 'hours_to_show: 0.035'));
}

/** A dashboard with the texts that people read in the language. */
export function translated(dashboard, language) {
  const document = parseDocument(JSON.stringify(dashboard));
  visit(document, {
    Pair(_, { key, value }) {
      if (['name', 'title', 'heading'].includes(key.value)) {
        value.value = inLanguage(value.value, language);
      }
    },
  });
  return document.toJS();
}

/** The settings of the pages about those kinds of camera, together. */
export function settingsOf(kinds) {
  return kinds
    .flatMap((kind) => blocksOf(`cameras/${kind}.md`))
    .map((block) => parse(block))
    .filter((block) => block.devices !== undefined)
    .reduce(merged, {});
}

function merged(one, other) {
  if (typeof one !== 'object' || typeof other !== 'object' || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) ? [...one, ...other] : other;
  }
  const entries = Object.entries(other).map(([key, value]) => [
    key,
    key in one ? merged(one[key], value) : value,
  ]);
  return { ...one, ...Object.fromEntries(entries) };
}
