// The kinds of work that are measured: each makes bodies that differ, so that none is a repeat.
import { randomBytes } from 'node:crypto';
import { jpeg } from '../../dist/simulator/jpeg.js';
import { encodeTlv } from '../../dist/simulator/tlv.js';

const ID = '12221SBENCH0';
const JSON_HEADERS = { 'Content-Type': 'application/json;charset=utf-8', 'User-Identify': ID };

/** A real JPEG, filled up behind its header to the size wanted: a comment segment does not show. */
function picture(bytes) {
  const base = jpeg({ scene: 'house', subject: 'person', seed: 1 });
  const parts = [base.subarray(0, 2)];
  for (let missing = bytes - base.length; missing > 4; missing -= 65_004) {
    const length = Math.min(65_000, missing - 4);
    const head = Buffer.from([0xff, 0xfe, 0, 0]);
    head.writeUInt16BE(length + 2, 2);
    parts.push(head, randomBytes(length));
  }
  parts.push(base.subarray(2));
  return Buffer.concat(parts);
}

function wall(n) {
  return new Date(Date.now() + n).toISOString().slice(0, 19).replace('T', ' ');
}

function event(n, jpegBase64) {
  const param = {
    device_id: ID,
    device_name: 'Front door',
    channel_type: 0,
    channel_id: 0,
    event: 1,
    type: 'motion_detection',
    typeName: 'Motion detection',
    time: wall(0),
    status: 1,
    extern: '',
    sequence: `${n}`.padStart(12, '0'),
    jpeg_base64: jpegBase64,
  };
  return { method: 'event_report', param };
}

function post(path, body, headers = JSON_HEADERS) {
  return { method: 'POST', path, headers, body: Buffer.from(body) };
}

function tlv() {
  const crop = picture(20_000);
  const whole = picture(35_000);
  const face = [
    ['TARGET', 1],
    ['AI_NAME', 'JVS-AI'],
    ['CHANNELID', 0],
    ['PTS', Date.now()],
    ['FACE_GENDER', 1],
    ['FACE_AGEGROUP', 3],
    ['FACE_MASK', false],
    ['FACE_GLASS', 1],
  ];
  const records = Array.from({ length: 25 }, (_, index) => ({
    layer: 'META',
    items:
      index === 0
        ? [...face, ['OBJ_PIC', crop], ['SNAPSHOT', whole]]
        : [...face, ['OBJ_ID', BigInt(index)]],
  }));
  return encodeTlv(records);
}

const small = picture(150_000).toString('base64');
const large = picture(1_125_000).toString('base64');
const metadata = tlv();

export const works = {
  event: {
    about: '400 B event, alarm already on',
    make: (n) => post('/v1/device/event_report', JSON.stringify(event(n, ''))),
  },
  picture: {
    about: '200 KB event with a 150 KB JPEG',
    make: (n) => post('/v1/device/event_report', JSON.stringify(event(n, small))),
  },
  snapshot: {
    about: '1.5 MB snapshot',
    make: (n) =>
      post(
        '/v1/device/snap_report',
        JSON.stringify({
          mid: n,
          method: 'snap_report',
          param: { deviceID: ID, deviceName: 'Front door', name: `T${n}.jpg`, jpegBase64: large },
        }),
      ),
  },
  tlv: {
    about: '60 KB TLV, 25 records with two pictures',
    make: () => post('/v1/device/tlv_report', metadata, { 'User-Identify': ID }),
  },
  keepalive: {
    about: 'keepalive',
    make: () => ({
      method: 'GET',
      path: '/v1/device/keepalive',
      headers: JSON_HEADERS,
      body: Buffer.from(
        JSON.stringify({
          method: '',
          param: { deviceId: ID, channelNum: 0, deviceName: 'Front door', time: wall(0) },
        }),
      ),
    }),
  },
};
