// Home Assistant's own web page in a browser, signed in.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

/** Cards come one after the other, and graphs draw themselves for a while. */
const SETTLES = 6_000;
const HIGHEST = 2_000;
const MARGIN = 24;

export async function signedIn({ door: { url, token } }, { locale }) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  const context = await browser.newContext({ locale });
  await context.addInitScript(signIn, [url, token]);
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.waitForFunction(
    () => document.querySelector('home-assistant')?.hass?.connected === true,
  );
  return new Tab(browser, page, url);
}

/** As its page keeps it; without the side bar, which shows nothing of ours. */
function signIn([hassUrl, access_token]) {
  const tokens = { hassUrl, clientId: `${hassUrl}/`, access_token, refresh_token: '' };
  const life = { expires: Date.now() + 1e11, expires_in: 1e8 };
  localStorage.setItem('hassTokens', JSON.stringify({ ...tokens, ...life }));
  localStorage.setItem('dockedSidebar', '"always_hidden"');
}

class Tab {
  #browser;
  #page;
  #url;

  constructor(browser, page, url) {
    this.#browser = browser;
    this.#page = page;
    this.#url = url;
  }

  close() {
    return this.#browser.close();
  }

  /** The page of a device, by its serial number or its name. */
  async device(called) {
    const devices = await this.#ask({ type: 'config/device_registry/list' });
    const { id } = devices.find(({ serial_number, name }) =>
      [serial_number, name].includes(called),
    );
    return `config/devices/device/${id}`;
  }

  /** A new dashboard, pasted as a user does. */
  async paste(name, config) {
    const url_path = `pasted-${name.replaceAll(/[^a-z]+/g, '-')}`;
    const place = { url_path, title: config.views[0].title, mode: 'storage' };
    await this.#ask({ type: 'lovelace/dashboards/create', ...place });
    await this.#ask({ type: 'lovelace/config/save', url_path, config });
    return `${url_path}/0`;
  }

  /** As high as what is on the page, or as `most`. */
  async shoot(path, file, { width, most = HIGHEST }) {
    await this.#page.setViewportSize({ width, height: HIGHEST });
    await this.#page.goto(`${this.#url}/${path}`, { waitUntil: 'networkidle' });
    await delay(SETTLES);
    const cards = await this.#page.locator('ha-card').all();
    const boxes = await Promise.all(cards.map((card) => card.boundingBox()));
    const bottom = Math.max(...boxes.map((box) => (box === null ? 0 : box.y + box.height)));
    mkdirSync(dirname(file), { recursive: true });
    const height = Math.min(most, Math.ceil(bottom + MARGIN));
    await this.#page.screenshot({ path: file, clip: { x: 0, y: 0, width, height } });
    await promisify(execFile)('pngquant', [
      ...['--force', '--ext', '.png', '--speed', '1', '--strip', '128', file],
    ]);
    // the bridge, which runs in this process, lets nobody else read what it writes
    chmodSync(file, 0o644);
    console.log(file);
  }

  /** A command of its WebSocket API, over the page's own connection. */
  #ask(message) {
    return this.#page.evaluate(
      (sent) => document.querySelector('home-assistant').hass.callWS(sent),
      message,
    );
  }
}
