import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type RunningBridge, startBridge } from '../../src/main.ts';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { openStore } from '../../src/store/store.ts';
import { makeCamera } from '../support/camera.ts';
import { freePort, Mosquitto, mosquittoAvailable } from '../support/mosquitto.ts';
import { RetainedTree } from '../support/retained.ts';

const ID = '12221S55G3X8';

/** A bridge in a folder of its own, that may live elsewhere at its next start. */
class Tenant {
  readonly dir: string;
  readonly log: string[] = [];
  bridge: RunningBridge | undefined;

  constructor(dir: string) {
    this.dir = dir;
  }

  async start(url: string, { base = 'jvs2mqtt', prefix = 'homeassistant' } = {}): Promise<void> {
    const file = join(this.dir, 'config.yaml');
    const settings = {
      http: { host: '127.0.0.1', port: 0 },
      auth: { password: 'of-the-cameras' },
      data: { dir: join(this.dir, 'data') },
      mqtt: { url, base_topic: base, restart_grace: 0 },
      homeassistant: { prefix, subscribe_hold: 0.05, pace: 0.01 },
      log: { level: 'info', format: 'json' },
    };
    await writeFile(file, stringify(settings));
    this.bridge = await startBridge({
      env: { JVS2MQTT_CONFIG: file },
      cwd: this.dir,
      output: { write: (line: string) => this.log.push(line) },
    });
  }

  async stop(): Promise<void> {
    await this.bridge?.stop();
    this.bridge = undefined;
  }

  /** Pushes one of everything that is kept: alarm with picture, registers, temperatures, heartbeat. */
  async push(id = ID): Promise<void> {
    const { bridge } = this;
    if (bridge === undefined) throw new Error('not started');
    const { username, password } = bridge.secrets.auth;
    const target = { url: `http://127.0.0.1:${bridge.httpPort}`, username, password };
    const camera = makeCamera(target, { id });
    const results = [
      await camera.heartbeat(),
      await camera.event('motion_detection', 'start', { picture: jpeg() }),
      await camera.modbus({ 0: 7, 1: 8 }),
    ];
    expect(results.map(({ errorcode }) => errorcode)).toEqual([0, 0, 0]);
  }
}

const of = (start: string) => (topics: readonly string[]) =>
  topics.filter((topic) => topic.startsWith(start));

describe.skipIf(!mosquittoAvailable())('nothing retained stays behind', () => {
  let broker: Mosquitto;
  let tree: RetainedTree;
  const tenants: Tenant[] = [];
  const tenant = async () => {
    const made = new Tenant(await mkdtemp(join(tmpdir(), 'jvs2mqtt-tenant-')));
    tenants.push(made);
    return made;
  };

  beforeEach(async () => {
    broker = await Mosquitto.start();
    tree = await RetainedTree.watch(broker.url);
  });
  afterEach(async () => {
    await tree.close();
    for (const one of tenants.splice(0)) {
      await one.stop();
      await rm(one.dir, { recursive: true, force: true });
    }
    await broker.stop();
  });

  const announced = (prefix = 'homeassistant', count = 2) =>
    tree.until((topics) => of(`${prefix}/device/`)(topics).length === count, 'announced');

  /** Everything that one push of each kind makes is there. */
  async function complete(base: string, objectId: string): Promise<void> {
    const image = `${base}/${ID}/0/image/alarm/attributes`;
    const isWhole = () => {
      const { now } = tree;
      const payload = now.get(`homeassistant/device/${objectId}/config`) ?? '';
      // before its first turn the alarm is a mere OFF, and that comes last of it
      const alarm = now.get(`${base}/${ID}/0/alarm/motion_detection`) ?? '';
      return (
        payload.includes('modbus.1.limit') &&
        now.has(`${base}/${ID}/modbus`) &&
        now.has(image) &&
        alarm.includes('"id"')
      );
    };
    await tree.recorder.waitFor(isWhole);
  }

  async function settled(): Promise<Tenant> {
    const one = await tenant();
    await one.start(broker.url);
    await one.push();
    await announced();
    await complete('jvs2mqtt', `jvs2mqtt_${ID}`);
    return one;
  }

  test('of a base topic that was renamed, even where the broker was away at first', async () => {
    const one = await settled();
    const before = tree.topics;
    expect(before.some((topic) => topic.endsWith('/image/alarm'))).toBe(true);
    await one.stop();
    await one.start(`mqtt://127.0.0.1:${await freePort()}`, { base: 'cameras' });
    await one.stop();
    await one.start(broker.url, { base: 'cameras' });
    await tree.until((topics) => of('jvs2mqtt/')(topics).length === 0, 'cleared');
    await tree.until((topics) => topics.includes('cameras/bridge/state'), 'there');
    await tree.until(
      (topics) => of('homeassistant/')(topics).every((topic) => topic.includes('cameras')),
      'announced anew',
    );
    await announced();
    // pictures are not kept by the bridge: they come with the next alarm
    const pictures = before.filter((topic) => topic.includes('/image/'));
    const moved = before
      .filter((topic) => topic.startsWith('jvs2mqtt/') && !pictures.includes(topic))
      .map((topic) => topic.replace('jvs2mqtt/', 'cameras/'));
    await tree.until((topics) => of('cameras/')(topics).length === moved.length, 'moved');
    expect(of('cameras/')(tree.topics)).toEqual(moved.sort());
  });

  test('of a discovery prefix that was changed', async () => {
    const one = await settled();
    await one.stop();
    await one.start(broker.url, { prefix: 'hass' });
    await announced('hass');
    await announced('homeassistant', 0);
    const moved = tree.recorder.messages.filter(({ text }) => text.includes('migrate_discovery'));
    expect(moved).toEqual([]);
  });

  test('of what an update of the bridge no longer has: components, topics', async () => {
    const one = await settled();
    await one.stop();
    const name = `homeassistant/device/jvs2mqtt_${ID}/config`;
    const payload = JSON.parse(tree.now.get(name) ?? '{}');
    payload.components.sensor_0_gone = { p: 'sensor', unique_id: 'gone', state_topic: 'a/b' };
    const client = await connectAsync(broker.url);
    const retain = { retain: true, qos: 1 } as const;
    await client.publishAsync(name, JSON.stringify(payload), retain);
    await client.publishAsync(`jvs2mqtt/${ID}/0/gone/1`, '{}', retain);
    await client.publishAsync(`jvs2mqtt/${ID}/set/heartbeat_interval`, '30', retain);
    await client.publishAsync('jvs2mqtt/somebody/else', '{}', retain);
    await client.endAsync();
    const store = await openStore(join(one.dir, 'data'));
    await store.published.put(name, JSON.stringify(payload));
    await store.meta.put('version', '0.0.1');
    await store.close();

    const from = tree.recorder.messages.length;
    await one.start(broker.url);
    await tree.until((topics) => !topics.includes(`jvs2mqtt/${ID}/0/gone/1`), 'cleared');
    const isClean = () => !(tree.now.get(name) ?? '').includes('sensor_0_gone');
    await tree.recorder.waitFor(isClean);
    const payloads = tree.recorder.messages
      .slice(from)
      .filter((message) => message.topic === name)
      .map(({ text }) => JSON.parse(text).components.sensor_0_gone);
    expect(payloads).toEqual([{ p: 'sensor' }, undefined]);
    expect(tree.topics).toContain(`jvs2mqtt/${ID}/0/image/alarm`);
    expect(tree.topics).toContain(`jvs2mqtt/${ID}/set/heartbeat_interval`);
    expect(tree.topics).toContain('jvs2mqtt/somebody/else');
  });

  const bridgeAlone = (topics: readonly string[]) =>
    topics.every((name) => name.includes('bridge'));

  test('of a device that was removed by command', async () => {
    const one = await settled();
    const client = await connectAsync(broker.url);
    await client.publishAsync('jvs2mqtt/bridge/request/device/remove', `{"device":"${ID}"}`);
    await tree.until(bridgeAlone, 'cleared');
    expect(tree.topics).toEqual([
      'homeassistant/device/jvs2mqtt_bridge/config',
      'jvs2mqtt/bridge/info',
      'jvs2mqtt/bridge/state',
    ]);
    await client.endAsync();
    await one.stop();
    await one.start(broker.url);
    await tree.recorder.waitFor(() => tree.now.get('jvs2mqtt/bridge/state') === 'online');
    expect(bridgeAlone(tree.topics)).toBe(true);
  });

  test('of a device whose discovery somebody emptied; it comes back with its next push', async () => {
    const one = await settled();
    const before = tree.topics;
    const topic = `homeassistant/device/jvs2mqtt_${ID}/config`;
    const client = await connectAsync(broker.url);
    await client.publishAsync(topic, '', { retain: true, qos: 1 });
    await tree.until(bridgeAlone, 'cleared');
    await client.endAsync();
    await one.push();
    await announced();
    await tree.until((topics) => topics.length === before.length, 'back');
    expect(tree.topics).toEqual(before);
  });

  test('two bridges of different base topics do not touch each other', async () => {
    const first = await settled();
    const own = tree.now;
    const second = await tenant();
    await second.start(broker.url, { base: 'other' });
    await second.push();
    await announced('homeassistant', 4);
    await complete('other', `jvs2mqtt-other__${ID}`);
    const changed = () =>
      [...own].filter(([topic, text]) => !topic.endsWith('info') && tree.now.get(topic) !== text);
    expect(changed()).toEqual([]);

    const client = await connectAsync(broker.url);
    await client.publishAsync('other/bridge/request/device/remove', `{"device":"${ID}"}`);
    await tree.until((topics) => of(`other/${ID}`)(topics).length === 0, 'removed');
    await announced('homeassistant', 3);
    await client.endAsync();
    await second.stop();
    await second.start(broker.url, { base: 'third' });
    await tree.until((topics) => of('other/')(topics).length === 0, 'cleared');
    expect(changed()).toEqual([]);
    await first.push();
    expect([...first.log, ...second.log].filter((line) => /lost the broker/.test(line))).toEqual(
      [],
    );
  });
});
