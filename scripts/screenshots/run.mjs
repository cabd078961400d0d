#!/usr/bin/env node
// The documentation's pictures, from a real Home Assistant with simulated cameras: device pages, and the very
// dashboards that the pages tell the reader to paste. Needs root on Debian with chromium, fonts-noto-cjk and pngquant.
//   npm run screenshots [-- PICTURE …]     all of them, or some: device, dashboard, bridge, alarm, device.zh …
import { join } from 'node:path';
import { signedIn } from './browser.mjs';
import { Home } from './home.mjs';
import { dashboardOf, settingsOf, translated } from './pages.mjs';
import { prepare } from './stage.mjs';

const english = { language: 'en', homeassistant: 'en', locale: 'en-GB' };
const chinese = { language: 'zh', homeassistant: 'zh-Hans', locale: 'zh-CN' };
const cameras = ['alarm', 'people', 'thermal', 'parking', 'modbus'];

/** Name of the picture, what it shows, and how wide it is. Heights are those of what is shown. */
const pictures = [
  { name: 'device', of: english, device: '12221HOUSE01', width: 1160, most: 960 },
  { name: 'bridge', of: english, device: 'jvs2mqtt', width: 1160, most: 962 },
  { name: 'dashboard', of: english, page: 'homeassistant.md', width: 1280 },
  ...cameras.map((kind) => ({
    name: `cameras/${kind}`,
    of: english,
    page: `cameras/${kind}.md`,
    width: 1000,
  })),
  { name: 'device.zh', of: chinese, device: '12221HOUSE01', width: 1160, most: 960 },
  { name: 'cameras/alarm.zh', of: chinese, page: 'cameras/alarm.md', width: 1000 },
];

const asked = process.argv.slice(2);
const wanted = pictures.filter(
  ({ name }) => asked.length === 0 || asked.some((one) => name === one || name.endsWith(`/${one}`)),
);
for (const tongue of [english, chinese]) {
  const own = wanted.filter(({ of }) => of === tongue);
  if (own.length > 0) await take(tongue, own);
}

async function take(tongue, shots) {
  const home = await Home.start(tongue, settingsOf(['alarm', 'modbus', 'thermal']));
  try {
    const day = await prepare(home, tongue);
    const tab = await signedIn(home, tongue);
    try {
      for (const shot of shots) await shoot(tab, shot, tongue);
    } finally {
      await tab.close();
      await day.end();
    }
  } finally {
    await home.stop();
  }
}

async function shoot(tab, { name, device, page, ...size }, { language }) {
  const path =
    device === undefined
      ? await tab.paste(name, translated(dashboardOf(page), language))
      : await tab.device(device);
  await tab.shoot(path, join('docs', 'images', `${name}.png`), size);
}
