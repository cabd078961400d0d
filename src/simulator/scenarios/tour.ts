import { meta, type Story } from './story.ts';

/** Every report once, as the demo shows them: one camera whose firmware knows both generations. */
export const tour: Story = {
  about: 'Every report of the protocol, one after the other',
  cameras: [
    { key: 'camera', id: '12221S55G3X8', name: 'Front door', generation: 'jes', scene: 'house' },
  ],
  steps: [
    { at: 0, by: 'camera', do: 'heartbeat' },
    {
      at: 2,
      by: 'camera',
      do: 'alarm',
      type: 'motion_detection',
      status: 'start',
      picture: { subject: 'person', seed: 4 },
    },
    { at: 5, by: 'camera', do: 'alarm', type: 'motion_detection', status: 'stop' },
    {
      at: 7,
      by: 'camera',
      do: 'alarm',
      as: 'old',
      type: 'ebike_detection',
      status: 'pulse',
      channel: 0,
      picture: { subject: 'ebike', seed: 3 },
    },
    {
      at: 10,
      by: 'camera',
      do: 'tlv',
      records: [
        meta(1, [
          ['OBJ_PIC', { scene: 'face', seed: 6 }],
          ['FACE_INFO', true],
          ['FACE_GENDER', 2],
          ['FACE_AGEGROUP', 3],
          ['FACE_MASK', false],
          ['FACE_EXPRESSION', 1],
          ['FACE_GLASS', 1],
        ]),
      ],
    },
    {
      at: 13,
      by: 'camera',
      do: 'modbus',
      registers: { 0: 612, 1: 488, 2: 24, 3: 1, 4: 0, 5: 7, 6: 0, 7: 0, 8: 0, 9: 0 },
      limits: { 0: 1 },
    },
    {
      at: 16,
      by: 'camera',
      do: 'temperature',
      rectangles: [
        { id: 0, name: 'Boiler', temperature: 86.4, threshold: 80 },
        { id: 1, name: 'Pump', temperature: 41.5, threshold: 80 },
      ],
    },
    { at: 19, by: 'camera', do: 'snapshot', picture: { seed: 2 } },
  ],
};
