import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RetainedTree } from '../support/retained.ts';
import { misbehave } from '../support/strange-camera.ts';
import { began, telling } from './support/automations.ts';
import { missing } from './support/bench.ts';
import type { Heard } from './support/heard.ts';
import type { RegisteredDevice } from './support/homeassistant.ts';
import { House } from './support/house.ts';

/** `homeassistant.max_entities` */
const MOST = 100;

describe.skipIf(missing() !== undefined)('upkeep in Home Assistant', () => {
  let house: House;
  let tree: RetainedTree;

  beforeAll(async () => {
    house = await House.share({
      homeassistant: { max_entities: MOST },
      alarms: { motion_detection: { maximum: 0 } },
      devices: { FLOOD1: { channels: 'together' } },
    });
    tree = await house.watch();
  });
  afterAll(async () => {
    await tree?.close();
    await house?.leave();
  });

  const motionOf = (id: string) => `binary_sensor.${id.toLowerCase()}_0_motion_detection`;
  const of = (id: string) => tree.topics.filter((topic) => topic.includes(id));

  async function alarmed(id: string): Promise<void> {
    const camera = house.camera(id);
    await camera.heartbeat();
    await camera.event('motion_detection', 'start');
    await house.hass.has(motionOf(id), 'on');
    camera.stop();
  }

  async function deviceOf(id: string): Promise<RegisteredDevice | undefined> {
    const devices = await house.hass.devices();
    return devices.find(({ identifiers }) => identifiers.some(([, one]) => one.endsWith(id)));
  }

  const gone = (id: string) =>
    house.hass.until(
      async () => ({ device: await deviceOf(id) }),
      ({ device }) => device === undefined,
    );

  test('a device that the user deletes leaves nothing behind, and is back with its next push', async () => {
    await house.hass.automate([telling('deleted_began', [began(motionOf('DELETED1'))])]);
    const heard = await house.hass.listen();
    await alarmed('DELETED1');
    const device = await deviceOf('DELETED1');
    await house.hass.call('config/device_registry/remove', { device_id: device?.id });
    await gone('DELETED1');
    await tree.until(() => of('DELETED1').length === 0, 'cleared');
    await alarmed('DELETED1');
    expect(await deviceOf('DELETED1')).toBeDefined();
    // each first alarm is off → on
    await heard.waitFor((one) => one.fired('deleted_began')[1], 'the automation again');
    heard.close();
    expect(heard.fired('deleted_began')).toHaveLength(2);
  });

  describe('a camera gone wrong', () => {
    let heard: Heard;

    beforeAll(async () => {
      await alarmed('CALM1');
      heard = await house.hass.listen();
      await misbehave(house.target, { id: 'FLOOD1', types: 500, names: 40, parallel: 4 });
    });
    afterAll(() => heard?.close());

    test('harms no other', async () => {
      const calm = house.camera('CALM1');
      await calm.event('motion_detection', 'stop');
      await heard.state(motionOf('CALM1'), 'off', 10);
      await calm.event('motion_detection', 'start');
      await heard.state(motionOf('CALM1'), 'on', 10);
      calm.stop();
      const { entities } = await house.hass.snapshot();
      const its = entities.filter(({ unique_id }) => unique_id.includes('CALM1'));
      for (const { entity_id, state } of its) expect(state, entity_id).not.toBe('unavailable');
    });

    test('gets no more entities than are allowed', async () => {
      const count = async () =>
        (await house.hass.entities()).filter(({ unique_id }) => unique_id.includes('FLOOD1'))
          .length;
      const most = await house.hass.until(count, (entities) => entities > MOST / 2);
      expect(most).toBeLessThanOrEqual(MOST);
    });

    test('is told of once, with the cure', () => {
      const told = heard
        .changes('event.jvs2mqtt_notice')
        .map(({ new_state }) => new_state?.attributes ?? {})
        .filter(({ event_type }) => event_type === 'limit')
        .map(({ message }) => String(message))
        .filter((message) => message.includes('homeassistant.max_entities'));
      expect(told).toEqual([expect.stringMatching(/^FLOOD1 /)]);
    });
  });

  test('Home Assistant has nothing to complain about', async () => {
    // it empties the discovery topic once for each entity of a device that its user deletes
    const own = /No device components to cleanup for jvs2mqtt_DELETED1/;
    expect((await house.hass.log()).filter((line) => !own.test(line))).toEqual([]);
  });
});
