/**
 * Ready-made lists for `expect`, by what the camera is for: the usual sensors are there before the first
 * alarm, so that one can automate on them.
 */
export const profiles: Readonly<Record<string, readonly string[]>> = {
  house: [
    'motion_detection',
    'people_detection',
    'region_invasion_alarm',
    'tripwire_detection',
    'cover_alarm',
    'snapshot',
  ],
  shop: [
    'people',
    'queue',
    'motion_detection',
    'people_detection',
    'face_dectection_alarm',
    'people_gathering',
    'snapshot',
  ],
  parking: [
    'dual_parking_occupied 0-1',
    'parking 0-1',
    'license_plate_alarm',
    'plate',
    'ebike_detection',
    'snapshot',
  ],
  machine_room: [
    'modbus 0-9',
    'modbus_alarm',
    'temperature 0-3',
    'temperature_detection',
    'firesmoke_alarm',
    'motion_detection',
    'snapshot',
  ],
};
