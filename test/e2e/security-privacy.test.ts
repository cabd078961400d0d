import { expect, test } from 'vitest';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { startWithRecorder, type TestBridge } from '../support/bridge.ts';
import { makeCamera } from '../support/camera.ts';

const PLATE = 'ZH-4711-X';
/** a biometric vector: off by default */
const FEATURE = Buffer.from('vector of a face');
const picture = jpeg({ scene: 'house' });
const ids = ['12221SA', '12221SB'];

/** A face with everything, a plate by metadata and by an alarm's extension, and their pictures. */
let round = 0;

async function pushAll(bridge: TestBridge, id: string) {
  // the same again would be a repeat
  const once = ['OBJ_ID', BigInt(++round)] as const;
  const camera = makeCamera(bridge.target, { id });
  const face = ['FACE_GENDER', 2] as const;
  const answers = [
    await camera.tlv([
      {
        layer: 'META',
        items: [
          ['TARGET', 1],
          ['CHANNELID', 0],
          face,
          once,
          ['OBJ_NAME', 'Jane Doe'],
          ['FACE_FEATURE', FEATURE],
          ['OBJ_PIC', picture],
        ],
      },
      {
        layer: 'META',
        items: [
          ['TARGET', 3],
          ['CHANNELID', 0],
          once,
          ['VEHICLE_PLATE_NO', PLATE],
          ['VEHICLE_PLATE_PIC', picture],
        ],
      },
    ]),
    await camera.event('license_plate_alarm', 'pulse', {
      picture,
      extension: { plate_no: PLATE, plate_color: 1 },
    }),
    await camera.event('face_recognition_alarm', 'pulse', { extension: { gender: 2, glass: 1 } }),
  ];
  for (const answer of answers) expect(answer).toMatchObject({ errorcode: 0 });
}

const images = (messages: readonly { topic: string; payload: Buffer }[], id: string) =>
  messages
    .filter(
      ({ topic, payload }) => topic.startsWith(`jvs2mqtt/${id}/0/image/`) && payload.length > 0,
    )
    .map(({ topic }) => topic.split('/').at(-1))
    .filter((kind) => kind !== 'attributes');

test('pictures, plates and faces are published where nothing is said', async () => {
  const { bridge, recorder } = await startWithRecorder({});
  await pushAll(bridge, '12221SA');
  await recorder.waitFor(
    ({ topic }) => topic === 'jvs2mqtt/12221SA/0/alarm/face_recognition_alarm',
  );
  expect(images(recorder.messages, '12221SA').toSorted()).toEqual(['alarm', 'face', 'plate']);
  const said = recorder.messages.map(({ text }) => text).join('\n');
  expect(said).toContain(PLATE);
  expect(said).toContain('Jane Doe');
  expect(said).toContain('female');
  for (const form of ['latin1', 'base64', 'hex'] as const) {
    expect(said).not.toContain(FEATURE.toString(form));
  }
  expect(said).not.toContain('"face_feature"');
});

test('plates and what faces look like: nowhere where they are off, by device too', async () => {
  const { bridge, recorder } = await startWithRecorder({
    publish: { plates: false, reports: true },
    devices: { '12221SA': { face_attributes: false } },
  });
  await pushAll(bridge, '12221SA');
  const topic = 'jvs2mqtt/12221SA/0/alarm/face_recognition_alarm';
  await recorder.waitFor((message) => message.topic === topic && message.text.includes('"ON"'));
  const said = () => recorder.messages.map(({ topic, text }) => `${topic} ${text}`).join('\n');
  expect(said()).toMatch(/12221SA\/0\/face .*seen_at/);
  expect(said()).toContain('plate_color');
  for (const secret of [PLATE, 'Jane Doe', 'female', '"gender"', 'sunglasses']) {
    expect(said()).not.toContain(secret);
  }
  expect(bridge.log.join('')).not.toContain(PLATE);
  // the other device's faces are its own business
  await pushAll(bridge, '12221SB');
  await recorder.waitFor(
    ({ topic, text }) => topic === 'jvs2mqtt/12221SB/0/face' && text.includes('female'),
  );
  expect(said()).not.toContain(PLATE);
});

test('a kind of picture switched off is cleared at the broker, its entity too', async () => {
  const { bridge } = await startWithRecorder({});
  for (const id of ids) await pushAll(bridge, id);
  await bridge.restart({
    publish: { pictures: ['alarm', 'plate'] },
    devices: { '12221SA': { pictures: [] } },
  });
  for (const id of ids) await pushAll(bridge, id);
  // what is retained now, as somebody sees it who comes later
  const late = await bridge.record();
  await late.waitFor(({ topic }) => topic === 'jvs2mqtt/12221SB/0/image/plate');
  expect(images(late.messages, '12221SA')).toEqual([]);
  expect(images(late.messages, '12221SB')).not.toContain('face');
});
