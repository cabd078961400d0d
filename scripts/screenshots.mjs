#!/usr/bin/env node
// The pictures of docs/images, from a real Home Assistant with simulated cameras: needs root on Debian with
// chromium, fonts-noto-cjk and pngquant.
//   npm run screenshots
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
import { alarmOf } from '../dist/spec/alarms.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const bench = join(root, 'test', 'homeassistant', 'bench');
const images = join(root, 'docs', 'images');
const page = join(root, 'docs', 'homeassistant.md');

/** Which steps of which cameras, one after the other; at once, or so many times faster than life. */
const stage = [
  { story: 'machine_room', by: 'thermal', until: 22 },
  { story: 'shop', by: 'entrance', until: 24, speed: 0.5 },
  { story: 'house', by: 'door', until: 12 },
];

/** Everything that began stays on while pictures are taken. */
const hold = { hold: 3600 };
const settings = {
  alarms: Object.fromEntries(
    Object.values(scenarios).flatMap(({ steps }) =>
      steps.flatMap((step) =>
        step.do === 'alarm' ? [[alarmOf(step.type)?.key ?? step.type, hold]] : [],
      ),
    ),
  ),
};

async function main() {
  const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-screenshots-'));
  const bridge = await start(dir);
  const home = join(dir, 'home');
  try {
    const { username, password } = bridge.secrets.broker;
    const broker = ['--mqtt-port', String(bridge.brokerPort)];
    const account = ['--mqtt-username', username, '--mqtt-password', password];
    await run('start', home, '--port', String(await freePort()), ...broker, ...account);
    const { url, token } = JSON.parse(readFileSync(join(home, 'bench.json'), 'utf8'));
    await delay(5_000);
    for (const part of stage) await perform(part, bridge);
    await delay(5_000);
    await picture(url, token);
  } finally {
    await run('stop', home);
    await bridge.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function start(dir) {
  const file = join(dir, 'config.yaml');
  const local = { host: '127.0.0.1', port: 0 };
  const where = { http: local, broker: local, data: { dir }, log: { level: 'warn' } };
  writeFileSync(file, stringify({ ...where, ...settings }));
  return startBridge({ env: { JVS2MQTT_CONFIG: file }, cwd: dir, output: process.stderr });
}

async function perform({ story, by, until, speed }, { httpPort, secrets }) {
  const { cameras, steps, ...about } = scenarios[story];
  const scene = {
    ...about,
    cameras: cameras.filter(({ key }) => key === by),
    steps: steps.filter((step) => step.by === by && step.at <= until),
  };
  const { username, password } = secrets.auth;
  const account = { url: `http://127.0.0.1:${httpPort}`, username, password };
  const played = await play(scene, {
    ...(speed === undefined ? { once: true } : { speed, wait: (ms) => delay(ms) }),
    camera: ({ id, name, generation }) =>
      new SimulatedCamera({ id, name, generation, zone: 0, ...account }),
  });
  const failed = played.find(({ result }) => result instanceof Error || !result.ok);
  if (failed !== undefined) throw new Error(`${story} was not taken`, { cause: failed.result });
}

async function picture(url, token) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  try {
    const context = await browser.newContext({ locale: 'en-GB' });
    await context.addInitScript(signIn, [url, token]);
    const tab = await context.newPage();
    await tab.goto(url, { waitUntil: 'networkidle' });
    const devices = await ask(tab, { type: 'config/device_registry/list' });
    const door = devices.find(({ name }) => name === 'Front door');
    await shoot(tab, `${url}/config/devices/device/${door.id}`, 'device', [1160, 910]);
    const place = { url_path: 'all-cameras', title: 'Cameras', mode: 'storage' };
    await ask(tab, { type: 'lovelace/dashboards/create', ...place });
    await ask(tab, {
      type: 'lovelace/config/save',
      url_path: place.url_path,
      config: dashboard(),
    });
    await shoot(tab, `${url}/${place.url_path}/cameras`, 'dashboard', [1280, 660]);
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

/** The example of the documentation; its graph shows the minute that was played, not a day. */
function dashboard() {
  const [, yaml] = /```yaml\n(views:[\s\S]*?)```/.exec(readFileSync(page, 'utf8')) ?? [];
  return parse(yaml.replace('hours_to_show: 24', 'hours_to_show: 0.015'));
}

/** A command of Home Assistant's WebSocket API, over the page's own connection. */
function ask(tab, message) {
  return tab.evaluate(
    (sent) => document.querySelector('home-assistant').hass.callWS(sent),
    message,
  );
}

async function shoot(tab, url, name, [width, height]) {
  const file = join(images, `${name}.png`);
  await tab.setViewportSize({ width, height });
  await tab.goto(url, { waitUntil: 'networkidle' });
  await delay(6_000);
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

if (!existsSync(images)) throw new Error(`no ${images}`);
await main();
