import { meta, type Story, type StoryRecord } from './story.ts';

/** The plant's registers: supply and return in tenths of a degree, pressure, two valves, a counter, three spares, a fault bit. */
function registers(supply: number, back: number, pressure: number, fault: 0 | 1) {
  return {
    0: supply,
    1: back,
    2: pressure,
    3: 1,
    4: 0,
    5: 48_211,
    6: 0,
    7: 0,
    8: 65_531,
    9: fault,
  };
}

function rectangles(pump: number, cabinet: number) {
  return [
    { id: 0, name: 'Pump 1', temperature: pump, threshold: 80 },
    { id: 1, name: 'Cabinet', temperature: cabinet, threshold: 60 },
    { id: 2, name: 'Valve', temperature: 41.5, threshold: 90 },
  ];
}

function sensor(id: number, name: string, value: number, unit: string): StoryRecord {
  return meta(10, [
    ['EXTERNAL_SENSOR_ID', id],
    ['EXTERNAL_SENSOR_NAME', name],
    ['EXTERNAL_SENSOR_VALUE', value],
    ['EXTERNAL_SENSOR_UNIT', unit],
  ]);
}

/** Two dials in one picture, each a region of its own. */
function dials(pressure: string, level: string): StoryRecord {
  return meta(
    15,
    [
      ['PIC_SIZE', [640, 360]],
      ['SNAPSHOT', { seed: 51 }],
      ['OCR_REGION_NUM', 2],
      [
        'OCR_REGION_POINTS',
        [
          [386, 82],
          [462, 82],
          [462, 158],
          [386, 158],
        ],
      ],
      ['OCR_REGION_NAME', 'Pressure'],
      ['OCR_TEXT', pressure],
      ['OCR_CONFIDENCE', 97.5],
      ['OCR_EACH_CONFIDENCE', [...pressure].map(() => 97.5)],
      [
        'OCR_REGION_POINTS',
        [
          [498, 82],
          [574, 82],
          [574, 158],
          [498, 158],
        ],
      ],
      ['OCR_REGION_NAME', 'Level'],
      ['OCR_TEXT', level],
      ['OCR_CONFIDENCE', 91.25],
      ['OCR_EACH_CONFIDENCE', [...level].map(() => 91.25)],
    ],
    'none',
  );
}

/** A pump runs hot: registers, thermal rectangles, sensors and dials tell of it, then faults follow. */
export const machineRoom: Story = {
  about: 'A machine room: modbus registers, thermal rectangles, sensors, dials read by OCR, faults',
  cameras: [
    { key: 'thermal', id: '12421MACHN01', name: 'Thermal', generation: 'old', scene: 'thermal' },
    { key: 'dials', id: '12221MACHN02', name: 'Dials', generation: 'jes', scene: 'machine_room' },
  ],
  steps: [
    { at: 0, by: 'thermal', do: 'heartbeat' },
    { at: 0, by: 'dials', do: 'heartbeat' },
    { at: 2, by: 'thermal', do: 'modbus', registers: registers(612, 488, 24, 0), limits: {} },
    { at: 3, by: 'thermal', do: 'temperature', rectangles: rectangles(62.4, 38.1) },
    {
      at: 4,
      by: 'dials',
      do: 'tlv',
      records: [
        sensor(0, 'Air', 24.35, '℃'),
        sensor(1, 'Humidity', 41.2, '%'),
        sensor(2, 'Outside', -7.25, '℃'),
        sensor(3, 'Smoke', 0.04, 'dB/m'),
      ],
    },
    { at: 6, by: 'dials', do: 'tlv', records: [dials('2.4', '68')] },
    {
      at: 12,
      by: 'thermal',
      do: 'modbus',
      registers: registers(744, 493, 27, 0),
      limits: { 0: 1 },
    },
    { at: 14, by: 'thermal', do: 'temperature', rectangles: rectangles(86.4, 44.8) },
    {
      at: 15,
      by: 'thermal',
      do: 'alarm',
      type: 'temperature_detection',
      status: 'start',
      picture: { scene: 'thermal', seed: 52, caption: '86.4' },
    },
    { at: 16, by: 'thermal', do: 'alarm', type: 'modbus_alarm', status: 'start' },
    { at: 18, by: 'dials', do: 'tlv', records: [dials('2.7', '61'), sensor(0, 'Air', 31.1, '℃')] },
    { at: 20, by: 'dials', do: 'alarm', type: 'voice_rise_detection', status: 'pulse' },
    {
      at: 22,
      by: 'thermal',
      do: 'modbus',
      registers: registers(801, 350, 9, 1),
      limits: { 0: 1, 1: 0, 2: 0 },
    },
    {
      at: 24,
      by: 'thermal',
      do: 'snapshot',
      picture: { scene: 'thermal', seed: 53, caption: '91.0' },
    },
    { at: 26, by: 'thermal', do: 'alarm', type: 'material_temperature_detection', status: 'start' },
    {
      at: 28,
      by: 'dials',
      do: 'alarm',
      type: 'firework_detection',
      status: 'pulse',
      picture: { subject: 'fire', seed: 54 },
    },
    { at: 32, by: 'dials', do: 'alarm', type: 'internal_alarm', status: 'pulse', channelType: 2 },
    { at: 34, by: 'thermal', do: 'modbus', registers: registers(634, 482, 24, 0), limits: {} },
    { at: 36, by: 'thermal', do: 'temperature', rectangles: rectangles(71.9, 40.3) },
    { at: 37, by: 'thermal', do: 'alarm', type: 'temperature_detection', status: 'stop' },
    { at: 38, by: 'thermal', do: 'alarm', type: 'modbus_alarm', status: 'stop' },
    { at: 39, by: 'thermal', do: 'alarm', type: 'material_temperature_detection', status: 'stop' },
    { at: 42, by: 'dials', do: 'alarm', type: 'voice_drop_detection', status: 'pulse' },
    { at: 44, by: 'dials', do: 'alarm', type: 'disk_error', status: 'start', channelType: 2 },
    { at: 45, by: 'dials', do: 'alarm', type: 'disk_miss', status: 'pulse', channelType: 2 },
    { at: 46, by: 'dials', do: 'alarm', type: 'disk_failure', status: 'pulse', channelType: 2 },
    {
      at: 47,
      by: 'dials',
      do: 'alarm',
      type: 'device_storage_exception',
      status: 'pulse',
      channelType: 2,
    },
    { at: 48, by: 'dials', do: 'alarm', type: 'network_alarm', status: 'start', channelType: 2 },
    { at: 50, by: 'dials', do: 'alarm', type: 'hardware_alarm', status: 'pulse', channelType: 2 },
    { at: 51, by: 'dials', do: 'alarm', type: 'device_exception', status: 'pulse', channelType: 2 },
    { at: 52, by: 'dials', do: 'alarm', type: 'network_alarm', status: 'stop', channelType: 2 },
    { at: 53, by: 'dials', do: 'alarm', type: 'disk_error', status: 'stop', channelType: 2 },
    { at: 55, by: 'dials', do: 'alarm', type: 'ipc_switch_alarm', status: 'pulse', channelType: 2 },
    { at: 56, by: 'dials', do: 'alarm', type: 'disconnect', status: 'pulse', channelType: 2 },
    { at: 58, by: 'dials', do: 'alarm', type: 'power_off', status: 'pulse', channelType: 2 },
    { at: 59, by: 'dials', do: 'alarm', type: 'device_offline', status: 'pulse', channelType: 2 },
    { at: 60, by: 'thermal', do: 'heartbeat' },
    { at: 60, by: 'dials', do: 'heartbeat' },
  ],
};
