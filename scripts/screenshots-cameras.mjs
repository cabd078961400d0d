#!/usr/bin/env node
// The pictures of docs/cameras: each page's own dashboard in a real Home Assistant, after the stories of the simulated
// cameras, in English and for alarms in Chinese too. Needs root on Debian with chromium, fonts-noto-cjk and pngquant.
//   npm run build && node scripts/screenshots-cameras.mjs [page …]
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { parse, stringify } from 'yaml';
import { startBridge } from '../dist/main.js';
import { SimulatedCamera } from '../dist/simulator/camera.js';
import { play } from '../dist/simulator/play.js';
import { scenarios } from '../dist/simulator/scenarios.js';
import { alarmRows } from '../dist/spec/alarms.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const bench = join(root, 'test', 'homeassistant', 'bench');
const pages = join(root, 'docs', 'cameras');
const images = join(root, 'docs', 'images', 'cameras');

const english = { language: 'en', homeassistant: 'en', locale: 'en-GB', suffix: '' };
const chinese = { language: 'zh', homeassistant: 'zh-Hans', locale: 'zh-CN', suffix: '.zh' };

/** What began stays on while pictures are taken. */
const alarms = Object.fromEntries(Object.keys(alarmRows).map((alarm) => [alarm, { hold: 3600 }]));

const asked = process.argv.slice(2);
const all = readdirSync(pages).map((page) => page.replace('.md', ''));
await take(english, asked.length > 0 ? asked : all);
if (asked.length === 0 || asked.includes('alarm')) await take(chinese, ['alarm']);

async function take(tongue, names) {
  const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-screenshots-'));
  const home = join(dir, 'home');
  const bridge = await start(dir, tongue);
  try {
    const { username, password } = bridge.secrets.broker;
    await run(
      ...['start', home, '--port', String(await freePort())],
      ...['--language', tongue.homeassistant, '--mqtt-port', String(bridge.brokerPort)],
      ...['--mqtt-username', username, '--mqtt-password', password],
    );
    const { url, token } = JSON.parse(readFileSync(join(home, 'bench.json'), 'utf8'));
    // so many devices at once are announced one after the other: the second time everybody listens
    for (const silence of [15_000, 3_000]) {
      for (const story of Object.values(scenarios)) await perform(story, bridge, tongue);
      await delay(silence);
    }
    await picture(url, token, tongue, names);
  } finally {
    await run('stop', home);
    await bridge.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function start(dir, { language }) {
  const file = join(dir, 'config.yaml');
  const local = { host: '127.0.0.1', port: 0 };
  const where = { http: local, broker: local, data: { dir }, log: { level: 'warn' } };
  writeFileSync(file, stringify({ ...where, alarms, homeassistant: { language } }));
  return startBridge({ env: { JVS2MQTT_CONFIG: file }, cwd: dir, output: process.stderr });
}

async function perform(story, { httpPort, secrets }, { language }) {
  const { username, password } = secrets.auth;
  const account = { url: `http://127.0.0.1:${httpPort}`, username, password };
  await play(story, {
    once: true,
    camera: ({ id, name, generation }) =>
      new SimulatedCamera({ id, name, generation, zone: 0, language, ...account }),
  });
}

async function picture(url, token, { locale, suffix }, names) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const context = await browser.newContext({ locale, viewport: { width: 1000, height: 720 } });
    await context.addInitScript(signIn, [url, token]);
    const tab = await context.newPage();
    await tab.goto(url, { waitUntil: 'networkidle' });
    for (const name of names) {
      const url_path = `cameras-${name}`;
      const place = { url_path, title: name, mode: 'storage' };
      await ask(tab, { type: 'lovelace/dashboards/create', ...place });
      await ask(tab, { type: 'lovelace/config/save', url_path, config: dashboard(name) });
      await tab.goto(`${url}/${url_path}/0`, { waitUntil: 'networkidle' });
      await delay(6_000);
      await save(tab, `${name}${suffix}`);
    }
  } finally {
    await browser.close();
  }
}

/** As its page keeps it; without the side bar, which shows nothing of ours. */
function signIn([hassUrl, access_token]) {
  const tokens = { hassUrl, clientId: `${hassUrl}/`, access_token, refresh_token: '' };
  const life = { expires: Date.now() + 1e11, expires_in: 1e8 };
  localStorage.setItem('hassTokens', JSON.stringify({ ...tokens, ...life }));
  localStorage.setItem('dockedSidebar', '"always_hidden"');
}

/** The page's own, whose graphs show the minute that was played, not a day. */
function dashboard(name) {
  const text = readFileSync(join(pages, `${name}.md`), 'utf8');
  const [, yaml] = /```yaml\n(views:[\s\S]*?)```/.exec(text) ?? [];
  return parse(yaml.replaceAll(/hours_to_show: \d+/g, 'hours_to_show: 0.03'));
}

/** A command of Home Assistant's WebSocket API, over the page's own connection. */
function ask(tab, message) {
  return tab.evaluate(
    (sent) => document.querySelector('home-assistant').hass.callWS(sent),
    message,
  );
}

async function save(tab, name) {
  mkdirSync(images, { recursive: true });
  const file = join(images, `${name}.png`);
  await tab.screenshot({ path: file });
  await promisify(execFile)('pngquant', ['--force', '--ext', '.png', '--speed', '1', '128', file]);
  console.log(file);
}

/** The bench's output is no pipe: Home Assistant stays behind and would hold it open. */
async function run(...args) {
  const child = spawn(bench, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`bench ${args[0]} ended with ${code}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
