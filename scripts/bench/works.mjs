// The kinds of work that are measured: each makes bodies that differ, so that none is a repeat.
import { randomBytes } from 'node:crypto';
import { jpeg } from '../../dist/simulator/jpeg.js';
import { encodeTlv } from '../../dist/simulator/tlv.js';

/** Each connection is a camera. */
export function deviceOf(connection) {
  return `12221SBENCH${connection}`;
}

function jsonHeaders(id) {
  return { 'Content-Type': 'application/json;charset=utf-8', 'User-Identify': id };
}

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

/** A value's place in a JSON text that is made once: a picture of megabytes is not written out anew. */
const HERE = 'PICTURE-HERE';

function eventBody(id, n, picture) {
  const param = {
    device_id: id,
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
    jpeg_base64: picture === undefined ? '' : HERE,
  };
  return withPicture({ method: 'event_report', param }, picture);
}

function snapshotBody(id, n, picture) {
  const param = { deviceID: id, deviceName: 'Front door', name: `T${n}.jpg`, jpegBase64: HERE };
  return withPicture({ mid: n, method: 'snap_report', param }, picture);
}

function withPicture(value, picture) {
  const text = JSON.stringify(value);
  if (picture === undefined) return [Buffer.from(text)];
  const at = text.indexOf(HERE);
  return [Buffer.from(text.slice(0, at)), picture, Buffer.from(text.slice(at + HERE.length))];
}

/** @param body its parts: what is the same in each is not copied, or the load would measure its own garbage */
function post(path, id, body) {
  return { method: 'POST', path, headers: jsonHeaders(id), body };
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

/** The last tag is the last face's OBJ_ID: the same body twice would be a repeat. */
function numbered(body, n) {
  const last = Buffer.alloc(4);
  last.writeUInt32BE(n);
  return [body.subarray(0, -4), last];
}

const small = Buffer.from(picture(150_000).toString('base64'));
const large = Buffer.from(picture(1_125_000).toString('base64'));
const metadata = tlv();

/**
 * `make` gives the push of a device with a serial number; `each` is what must be heard once for every
 * push, below the device; `warmUp` is how many make the code of a server as fast as it gets.
 */
export const works = {
  event: {
    about: '400 B event, alarm already on',
    warmUp: 3000,
    each: 'history',
    make: (id, n) => post('/v1/device/event_report', id, eventBody(id, n)),
  },
  picture: {
    about: '200 KB event with a 150 KB JPEG',
    warmUp: 800,
    each: '0/image/alarm',
    make: (id, n) => post('/v1/device/event_report', id, eventBody(id, n, small)),
  },
  snapshot: {
    about: '1.5 MB snapshot',
    warmUp: 150,
    each: 'device/image/snapshot',
    make: (id, n) => post('/v1/device/snap_report', id, snapshotBody(id, n, large)),
  },
  tlv: {
    about: '60 KB TLV, 25 records with two pictures',
    warmUp: 1500,
    each: '0/image/face',
    make: (id, n) => ({
      method: 'POST',
      path: '/v1/device/tlv_report',
      headers: { 'User-Identify': id },
      body: numbered(metadata, n),
    }),
  },
  keepalive: {
    about: 'keepalive',
    warmUp: 3000,
    each: undefined,
    make: (id) => ({
      method: 'GET',
      path: '/v1/device/keepalive',
      headers: jsonHeaders(id),
      body: [
        Buffer.from(
          JSON.stringify({
            method: '',
            param: { deviceId: id, channelNum: 0, deviceName: 'Front door', time: wall(0) },
          }),
        ),
      ],
    }),
  },
};

const crop = Buffer.from(picture(20_000).toString('base64'));

/** A house's traffic: of twenty pushes so many of each. */
const mix = [
  [9, works.keepalive.make],
  [4, works.event.make],
  [2, (id, n) => post('/v1/device/event_report', id, eventBody(id, n, crop))],
  [
    2,
    (id, n) =>
      post('/rs/env/reportdata.do', id, [
        Buffer.from(
          JSON.stringify({ deviceNo: id, time: wall(0), data: { '@0': n % 50, '@1': 7 } }),
        ),
      ]),
  ],
  [3, works.tlv.make],
].flatMap(([times, make]) => Array.from({ length: times }, () => make));

/** What makes each kind of push of such traffic. */
export const kinds = [...new Set(mix)];

/** Push number `n` of such traffic; each camera sends of every kind in the course of time. */
export function traffic(id, n) {
  return mix[(n * 7 + Math.floor(n / 2_000)) % mix.length](id, n);
}
