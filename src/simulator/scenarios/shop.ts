import { meta, type Story, type StoryRecord } from './story.ts';

/** Totals of the counter over the door since the morning. */
function counted(entered: number, left: number, passed: number): StoryRecord {
  return meta(5, [
    ['CUSTOMER_COUNT_IN', entered],
    ['CUSTOMER_COUNT_OUT', left],
    ['CUSTOMER_PASS', passed],
    ['CUSTOMER_COUNT_KEEP', entered - left],
  ]);
}

function region(
  id: number,
  name: string,
  people: number,
  staying: number,
  seconds: number,
): StoryRecord {
  return meta(7, [
    ['REGION_ID', id],
    ['REGION_NAME', name],
    ['REGIONAL_HUMAN_COUNT', people],
    ['REGIONAL_HUMAN_STAY', staying],
    ['REGIONAL_HUMAN_STAY_RATE', Math.round((staying * 10_000) / Math.max(1, people)) / 100],
    ['REGIONAL_HUMAN_STAY_AVERAGE_TIME', seconds],
  ]);
}

function face(seed: number, gender: 1 | 2, age: number, glasses: 0 | 1 | 2): StoryRecord {
  return meta(1, [
    ['PIC_SIZE', [640, 360]],
    ['OBJ_RECT', [300, 120, 48, 60]],
    ['OBJ_ID', 1000 + seed],
    ['OBJ_PIC', { scene: 'face', seed }],
    ['FACE_INFO', true],
    ['FACE_GENDER', gender],
    ['FACE_AGEGROUP', age],
    ['FACE_MASK', false],
    ['FACE_EXPRESSION', 4],
    ['FACE_HAT', false],
    ['FACE_BEARD', false],
    ['FACE_HAIR', gender === 2 ? 1 : 2],
    ['FACE_GLASS', glasses],
  ]);
}

const member = { gender: 2, age: 3, mask: 0, expression: 1, hat: 0, bread: 0, hair: 1, glass: 0 };

/** A 32 × 18 map, warmest before the till. */
const warmth = Buffer.from(
  Array.from({ length: 32 * 18 }, (_, at) => {
    const [x, y] = [at % 32, Math.floor(at / 32)];
    return Math.round(255 * Math.exp(-((x - 22) ** 2 + (y - 11) ** 2) / 40));
  }),
);

/** A morning in a shop: visitors are counted, wait, and are recognised. */
export const shop: Story = {
  about: 'A shop: people counting, hot areas, a queue, a heat map, faces and a price read by OCR',
  cameras: [
    { key: 'entrance', id: '12221SHOP001', name: 'Entrance', generation: 'jes', scene: 'shop' },
    { key: 'till', id: '12421SHOP002', name: 'Till', generation: 'old', scene: 'shop' },
  ],
  steps: [
    { at: 0, by: 'entrance', do: 'heartbeat' },
    { at: 0, by: 'till', do: 'heartbeat' },
    { at: 2, by: 'entrance', do: 'tlv', records: [counted(0, 0, 3)] },
    { at: 4, by: 'entrance', do: 'tlv', records: [counted(2, 0, 9)] },
    {
      at: 5,
      by: 'entrance',
      do: 'alarm',
      type: 'face_dectection_alarm',
      status: 'pulse',
      picture: { subject: 'person', seed: 21 },
      extension: { thumbnail_file_path: '/dev/sda/20221013/A011173757.jpg' },
    },
    { at: 6, by: 'entrance', do: 'tlv', records: [face(21, 2, 3, 0), face(22, 1, 4, 2)] },
    {
      at: 8,
      by: 'entrance',
      do: 'alarm',
      type: 'face_recognition_whitelist',
      status: 'pulse',
      picture: { subject: 'person', seed: 23 },
      extension: member,
    },
    {
      at: 9,
      by: 'entrance',
      do: 'alarm',
      type: 'face_mask_alarm',
      status: 'pulse',
      extension: { ...member, mask: 1 },
    },
    {
      at: 10,
      by: 'entrance',
      do: 'alarm',
      type: 'face_no_mask_alarm',
      status: 'pulse',
      extension: member,
    },
    { at: 11, by: 'entrance', do: 'alarm', type: 'mask_detection', status: 'pulse' },
    {
      at: 14,
      by: 'entrance',
      do: 'tlv',
      records: [
        counted(9, 2, 31),
        meta(8, [
          ['CUSTOMER_HUMAN_ID', 17],
          ['CUSTOMER_ENTER_TIME', -40],
          ['CUSTOMER_LEAVE_TIME', -2],
          ['CUSTOMER_CROSS_TIME', -41],
        ]),
      ],
    },
    {
      at: 18,
      by: 'entrance',
      do: 'tlv',
      records: [
        region(1, 'Bakery', 4, 2, 38),
        region(2, 'Till', 3, 3, 95),
        meta(9, [
          ['REGION_ID', 1],
          ['REGION_NAME', 'Bakery'],
          ['REGIONAL_HUMAN_ID', 17],
          ['REGIONAL_ENTER_TIME', -30],
          ['REGIONAL_LEAVE_TIME', -4],
        ]),
      ],
    },
    { at: 20, by: 'entrance', do: 'tlv', records: [meta(13, [['HUMAN_QUEUE_LENGTH', 3]])] },
    {
      at: 22,
      by: 'till',
      do: 'alarm',
      type: 'people_gathering',
      status: 'start',
      picture: { subject: 'people', seed: 25 },
    },
    { at: 24, by: 'entrance', do: 'tlv', records: [meta(13, [['HUMAN_QUEUE_LENGTH', 6]])] },
    {
      at: 25,
      by: 'till',
      do: 'alarm',
      type: 'overcrowding_detection',
      status: 'start',
      picture: { subject: 'people', seed: 26 },
    },
    { at: 26, by: 'till', do: 'alarm', type: 'crowd_density', status: 'pulse' },
    { at: 27, by: 'entrance', do: 'alarm', type: 'passenger_flow', status: 'pulse' },
    {
      at: 30,
      by: 'entrance',
      do: 'tlv',
      records: [
        meta(6, [
          ['HOTMAP_SIZE', [32, 18]],
          ['HOTMAP_DATA', warmth],
          ['SNAPSHOT', { scene: 'heatmap', seed: 3 }],
        ]),
      ],
    },
    {
      at: 34,
      by: 'entrance',
      do: 'tlv',
      records: [
        meta(16, [
          ['CUSTOMER_COUNT_IN', 11],
          ['CUSTOMER_COUNT_OUT', 6],
        ]),
        counted(14, 8, 52),
      ],
    },
    {
      at: 38,
      by: 'entrance',
      do: 'tlv',
      records: [
        meta(
          15,
          [
            ['PIC_SIZE', [640, 360]],
            ['SNAPSHOT', { seed: 2 }],
            ['OCR_REGION_NUM', 1],
            [
              'OCR_REGION_POINTS',
              [
                [444, 56],
                [612, 56],
                [612, 80],
                [444, 80],
              ],
            ],
            ['OCR_REGION_NAME', 'Sign'],
            ['OCR_TEXT', 'WELCOME'],
            ['OCR_CONFIDENCE', 98.2],
            ['OCR_EACH_CONFIDENCE', [99, 98.5, 97.1, 98, 99.2, 96.4, 99.2]],
          ],
          'none',
        ),
      ],
    },
    { at: 42, by: 'till', do: 'alarm', type: 'overcrowding_detection', status: 'stop' },
    { at: 43, by: 'till', do: 'alarm', type: 'people_gathering', status: 'stop' },
    { at: 44, by: 'till', do: 'alarm', type: 'leaving_detection', status: 'start' },
    { at: 48, by: 'till', do: 'alarm', type: 'leaving_detection', status: 'stop' },
    { at: 49, by: 'till', do: 'alarm', type: 'people_leaving', status: 'pulse' },
    { at: 50, by: 'till', do: 'alarm', type: 'object_moved', status: 'pulse' },
    {
      at: 52,
      by: 'till',
      do: 'alarm',
      type: 'face_recognition_blacklist',
      status: 'pulse',
      picture: { subject: 'person', seed: 29 },
      extension: { ...member, gender: 1, expression: 2, hair: 2 },
    },
    {
      at: 54,
      by: 'till',
      do: 'alarm',
      type: 'video_occlusion',
      status: 'start',
      picture: { subject: 'covered' },
    },
    { at: 57, by: 'till', do: 'alarm', type: 'video_occlusion', status: 'stop' },
    {
      at: 58,
      by: 'till',
      do: 'alarm',
      type: 'virtual_focus',
      status: 'start',
      picture: { subject: 'blurred', seed: 5 },
    },
    { at: 60, by: 'entrance', do: 'heartbeat' },
    { at: 60, by: 'till', do: 'heartbeat' },
    { at: 61, by: 'till', do: 'alarm', type: 'virtual_focus', status: 'stop' },
    { at: 62, by: 'till', do: 'snapshot', picture: { subject: 'people', seed: 31 } },
    {
      at: 64,
      by: 'entrance',
      do: 'tlv',
      records: [counted(21, 20, 77), meta(13, [['HUMAN_QUEUE_LENGTH', 0]])],
    },
    { at: 66, by: 'till', do: 'alarm', type: 'manual_alarm', status: 'pulse' },
  ],
};
