import type { ScenarioName } from '../../../src/simulator/scenarios.ts';

/**
 * What each story makes in Home Assistant: worked out by hand from what its cameras send.
 *
 * Columns: entity id, name, state, unit, device class, state class; `-` for none. `(time)` is any
 * instant, `(unknown)` what has no value. An event's state is the type of the last one. Pulses are
 * held for an hour in this test, so that what was not ended is on.
 */
const ofEveryCamera = (id: string): string => `
binary_sensor.${id}_connected            Connected            on         -  connectivity  -
sensor.${id}_last_seen                   Last seen            (time)     -  timestamp     -
sensor.${id}_clock_offset                Clock offset         (near 0)   s  duration      measurement
number.${id}_heartbeat_interval          Heartbeat interval   60         s  duration      -
button.${id}_end_alarms                  End all alarms       (unknown)  -  -             -
`;

export const bridgeEntities = rows(`
binary_sensor.jvs2mqtt_connected  Connected              on           -  connectivity  -
sensor.jvs2mqtt_version           Version                (version)    -  -             -
event.jvs2mqtt_notice             Notice                 device_new   -  -             -
select.jvs2mqtt_log_level         Log level              info         -  -             -
sensor.jvs2mqtt_pending           Devices to approve     0            -  -             measurement
sensor.jvs2mqtt_devices           Devices                9            -  -             measurement
sensor.jvs2mqtt_refused           Refused pushes         0            -  -             total_increasing
sensor.jvs2mqtt_lost              Possibly lost reports  0            -  -             total_increasing
sensor.jvs2mqtt_late              Late events            0            -  -             total_increasing
sensor.jvs2mqtt_queue             Messages in the outbox  0           -  -             measurement
sensor.jvs2mqtt_dropped           Messages given up      0            -  -             total_increasing
`);

/** The door's security alarm is ended by an elimination, which ends all of the door's. */
const house = rows(`
${ofEveryCamera('12221house01')}
binary_sensor.12221house01_0_motion_detection           Motion                       off                -   motion       -
binary_sensor.12221house01_0_people_detection           Person                       off                -   motion       -
binary_sensor.12221house01_0_tripwire_detection         Line crossing                off                -   motion       -
binary_sensor.12221house01_0_region_invasion_alarm      Intrusion                    off                -   motion       -
binary_sensor.12221house01_0_face_recognition_stranger  Stranger                     off                -   -            -
binary_sensor.12221house01_0_face_recognition_alarm     Face recognised              off                -   -            -
binary_sensor.12221house01_0_object_left                Object left behind           off                -   -            -
binary_sensor.12221house01_0_baby_cry_detection         Baby crying                  off                -   sound        -
binary_sensor.12221house01_0_pet_detection              Pet                          off                -   motion       -
binary_sensor.12221house01_0_cover_alarm                Lens covered                 off                -   tamper       -
binary_sensor.12221house01_0_take_and_leave             Object taken or left         off                -   -            -
binary_sensor.12221house01_0_ebike_detection            E-bike                       off                -   -            -
binary_sensor.12221house01_0_security_alarm             Security alarm               off                -   safety       -
binary_sensor.12221house01_in0_alarm_input              Alarm input (input 0)        off                -   -            -
event.12221house01_0_event                              Event                        security_alarm     -   -            -
event.12221house01_in0_event                            Event (input 0)              alarm_input        -   -            -
event.12221house01_event                                Event (device)               alarm_elimination  -   -            -
image.12221house01_0_alarm_picture                      Alarm picture                (time)             -   -            -
image.12221house01_0_snapshot                           Snapshot                     (time)             -   -            -
image.12221house01_0_body_picture                       Person picture               (time)             -   -            -
image.12221house01_0_face_picture                       Face picture                 (time)             -   -            -
image.12221house01_0_object_picture                     Object picture               (time)             -   -            -
sensor.12221house01_0_body_seen_at                      Person last seen             (time)             -   timestamp    -
sensor.12221house01_0_face_seen_at                      Face last seen               (time)             -   timestamp    -
sensor.12221house01_0_face_name                         Face name                    (unknown)          -   -            -
sensor.12221house01_0_face_temperature                  Face body temperature        (unknown)          °C  temperature  -
sensor.12221house01_0_object_seen_at                    Object last seen             (time)             -   timestamp    -
sensor.12221house01_0_object_name                       Object name                  cat                -   -            -
${ofEveryCamera('12421house02')}
binary_sensor.12421house02_1_motion_detection           Motion                       off                -   motion       -
binary_sensor.12421house02_1_ebike_detection            E-bike                       on                 -   -            -
binary_sensor.12421house02_1_wandering_detection        Loitering                    off                -   motion       -
binary_sensor.12421house02_1_voice_detection            Sound                        on                 -   sound        -
binary_sensor.12421house02_1_scream_detection           Scream                       on                 -   sound        -
binary_sensor.12421house02_1_move_quickly               Fast movement                on                 -   motion       -
binary_sensor.12421house02_1_falling_detection          Object thrown from height    on                 -   safety       -
binary_sensor.12421house02_1_firesmoke_alarm            Fire and smoke               on                 -   smoke        -
binary_sensor.12421house02_1_drone_detection            Drone detection              on                 -   -            -
event.12421house02_1_event                              Event                        drone_detection    -   -            -
image.12421house02_1_alarm_picture                      Alarm picture                (time)             -   -            -
image.12421house02_snapshot                             Snapshot                     (time)             -   -            -
`);

/** Counts are totals since the morning: the last report is what counts. */
const shop = rows(`
${ofEveryCamera('12221shop001')}
sensor.12221shop001_0_people_entered                     People entered         21                         people  -            total_increasing
sensor.12221shop001_0_people_left                        People left            20                         people  -            total_increasing
sensor.12221shop001_0_people_passed                      People passed by       77                         people  -            total_increasing
sensor.12221shop001_0_people_inside                      People inside          1                          people  -            measurement
sensor.12221shop001_0_hotarea_1_people                   Bakery people          4                          people  -            measurement
sensor.12221shop001_0_hotarea_1_staying                  Bakery staying         2                          people  -            measurement
sensor.12221shop001_0_hotarea_1_stay_rate                Bakery stay rate       50                         %       -            measurement
sensor.12221shop001_0_hotarea_1_average_stay             Bakery average stay    38                         s       duration     measurement
sensor.12221shop001_0_hotarea_2_people                   Till people            3                          people  -            measurement
sensor.12221shop001_0_hotarea_2_staying                  Till staying           3                          people  -            measurement
sensor.12221shop001_0_hotarea_2_stay_rate                Till stay rate         100                        %       -            measurement
sensor.12221shop001_0_hotarea_2_average_stay             Till average stay      95                         s       duration     measurement
sensor.12221shop001_0_queue_length                       Queue length           0                          people  -            measurement
sensor.12221shop001_text_0                               Sign                   WELCOME                    -       -            -
sensor.12221shop001_0_face_seen_at                       Face last seen         (time)                     -       timestamp    -
binary_sensor.12221shop001_0_face_dectection_alarm       Face                   on                         -       -            -
binary_sensor.12221shop001_0_face_recognition_whitelist  Face on allow list     on                         -       -            -
binary_sensor.12221shop001_0_face_mask_alarm             Face with mask         on                         -       -            -
binary_sensor.12221shop001_0_face_no_mask_alarm          Face without mask      on                         -       -            -
binary_sensor.12221shop001_0_mask_detection              Mask detection         on                         -       -            -
binary_sensor.12221shop001_0_passenger_flow              Passenger flow alarm   on                         -       -            -
event.12221shop001_0_event                               Event                  passenger_flow             -       -            -
image.12221shop001_0_alarm_picture                       Alarm picture          (time)                     -       -            -
image.12221shop001_0_face_picture                        Face picture           (time)                     -       -            -
image.12221shop001_0_snapshot                            Snapshot               (time)                     -       -            -
image.12221shop001_snapshot                              Snapshot (device)      (time)                     -       -            -
${ofEveryCamera('12421shop002')}
binary_sensor.12421shop002_1_people_gathering            Gathering              off                        -       occupancy    -
binary_sensor.12421shop002_1_overcrowding_detection      Overcrowding           off                        -       occupancy    -
binary_sensor.12421shop002_1_crowd_density               Crowd density          on                         -       occupancy    -
binary_sensor.12421shop002_1_leaving_detection           Guard post left        off                        -       -            -
binary_sensor.12421shop002_1_people_leaving              People leaving         on                         -       -            -
binary_sensor.12421shop002_1_object_moved                Object removed         on                         -       -            -
binary_sensor.12421shop002_1_face_recognition_blacklist  Face on block list     on                         -       -            -
binary_sensor.12421shop002_1_cover_alarm                 Lens covered           off                        -       tamper       -
binary_sensor.12421shop002_1_virtual_focus               Out of focus           off                        -       problem      -
binary_sensor.12421shop002_1_manual_alarm                Manual alarm           on                         -       -            -
event.12421shop002_1_event                               Event                  manual_alarm               -       -            -
image.12421shop002_1_alarm_picture                       Alarm picture          (time)                     -       -            -
image.12421shop002_snapshot                              Snapshot               (time)                     -       -            -
sensor.12421shop002_1_face_seen_at                       Face last seen         (time)                     -       timestamp    -
`);

/** Space A1 was left again, and a car of the block list came; A2 is taken by an electric one. */
const carpark = rows(`
${ofEveryCamera('12221carpk01')}
binary_sensor.12221carpk01_0_dual_parking_whitelist_0       Parked: allow list (A1)      on                    -  -          -
binary_sensor.12221carpk01_0_dual_parking_occupied_0        Parking space occupied (A1)  off                   -  occupancy  -
binary_sensor.12221carpk01_0_dual_parking_non_new_energy_0  Parked: not new energy (A1)  on                    -  -          -
binary_sensor.12221carpk01_0_dual_parking_new_energy_1      Parked: new energy (A2)      on                    -  -          -
binary_sensor.12221carpk01_0_dual_parking_occupied_1        Parking space occupied (A2)  on                    -  occupancy  -
binary_sensor.12221carpk01_0_dual_parking_blacklist_0       Parked: block list (A1)      on                    -  -          -
binary_sensor.12221carpk01_0_dual_parking_unknown_0         Parked: unknown vehicle (A1)  on                    -  -          -
event.12221carpk01_0_event                                  Event                        dual_parking_unknown  -  -          -
image.12221carpk01_0_alarm_picture                          Alarm picture                (time)                -  -          -
sensor.12221carpk01_0_parking_0_seen_at                     A1 last seen                 (time)                -  timestamp  -
sensor.12221carpk01_0_parking_0_plate_no                    A1 plate                     粤B88888              -  -          -
sensor.12221carpk01_0_parking_0_entry_type                  A1 list                      Unknown vehicle       -  enum       -
sensor.12221carpk01_0_parking_1_seen_at                     A2 last seen                 (time)                -  timestamp  -
sensor.12221carpk01_0_parking_1_plate_no                    A2 plate                     沪AD12345             -  -          -
sensor.12221carpk01_0_parking_1_entry_type                  A2 list                      New energy            -  enum       -
${ofEveryCamera('12221carpk02')}
binary_sensor.12221carpk02_0_license_plate_alarm            Licence plate                on                    -  -          -
binary_sensor.12221carpk02_0_white_list_alarm               Plate on allow list          on                    -  -          -
binary_sensor.12221carpk02_0_new_energy_alarm               New energy vehicle           on                    -  -          -
binary_sensor.12221carpk02_0_plate_recognition              Plate recognised             on                    -  -          -
binary_sensor.12221carpk02_0_plate_other_alarm              Other plate                  on                    -  -          -
event.12221carpk02_0_event                                  Event                        plate_other_alarm     -  -          -
image.12221carpk02_0_alarm_picture                          Alarm picture                (time)                -  -          -
image.12221carpk02_0_snapshot                               Snapshot                     (time)                -  -          -
image.12221carpk02_0_vehicle_picture                        Vehicle picture              (time)                -  -          -
image.12221carpk02_0_plate_picture                          Plate picture                (time)                -  -          -
sensor.12221carpk02_0_plate_seen_at                         Plate last seen              (time)                -  timestamp  -
sensor.12221carpk02_0_plate_plate_no                        Plate                        粤B88888              -  -          -
sensor.12221carpk02_0_plate_entry_type                      Plate list                   Unknown vehicle       -  enum       -
sensor.12221carpk02_0_vehicle_seen_at                       Vehicle last seen            (time)                -  timestamp  -
sensor.12221carpk02_0_vehicle_type                          Vehicle type                 E-bike or motorcycle  -  enum       -
sensor.12221carpk02_0_vehicle_plate_no                      Vehicle plate                (unknown)             -  -          -
${ofEveryCamera('12421carpk03')}
image.12421carpk03_snapshot                                 Snapshot                     (time)                -  -          -
binary_sensor.12421carpk03_1_motion_detection               Motion                       off                   -  motion     -
binary_sensor.12421carpk03_1_disk_full                      Disk full                    on                    -  problem    -
binary_sensor.12421carpk03_1_hard_disk_alarm                Disk alarm                   on                    -  problem    -
binary_sensor.12421carpk03_1_external_alarm                 External alarm               on                    -  -          -
binary_sensor.12421carpk03_1_alarm_input_box                Alarm input box              on                    -  -          -
event.12421carpk03_1_event                                  Event                        alarm_input_box       -  -          -
image.12421carpk03_1_alarm_picture                          Alarm picture                (time)                -  -          -
binary_sensor.12421carpk03_2_road_occupied_detect           Road occupied                off                   -  occupancy  -
binary_sensor.12421carpk03_2_space_occupancy_detection      Space occupied               on                    -  occupancy  -
event.12421carpk03_2_event                                  Event                        space_occupancy_detection  -  -     -
image.12421carpk03_2_alarm_picture                          Alarm picture                (time)                -  -          -
binary_sensor.12421carpk03_3_people_detection               Person                       off                   -  motion     -
binary_sensor.12421carpk03_3_scene_change                   Scene change                 on                    -  tamper     -
event.12421carpk03_3_event                                  Event                        scene_change          -  -          -
image.12421carpk03_3_alarm_picture                          Alarm picture                (time)                -  -          -
binary_sensor.12421carpk03_4_tripwire_and_invasion_alarm    Line crossing or intrusion   on                    -  motion     -
binary_sensor.12421carpk03_4_video_miss                     Video lost                   off                   -  problem    -
event.12421carpk03_4_event                                  Event                        video_miss            -  -          -
`);

/** Registers 0-2 are scaled, 3 and 9 mapped to on and off, 5 counts, 8 is signed: see `stories.test.ts`. */
const machineRoom = rows(`
${ofEveryCamera('12421machn01')}
sensor.12421machn01_modbus_0                               Supply                          63.4                  °C    temperature  measurement
sensor.12421machn01_modbus_1                               Return                          48.2                  °C    temperature  measurement
sensor.12421machn01_modbus_2                               Pressure                        2.4                   bar   pressure     measurement
sensor.12421machn01_modbus_3                               Bypass                          1                     -     -            measurement
binary_sensor.12421machn01_modbus_3                        Bypass                          on                    -     opening      -
sensor.12421machn01_modbus_4                               Register 4                      0                     -     -            measurement
sensor.12421machn01_modbus_5                               Starts                          48211                 -     -            total_increasing
sensor.12421machn01_modbus_6                               Register 6                      0                     -     -            measurement
sensor.12421machn01_modbus_7                               Register 7                      0                     -     -            measurement
sensor.12421machn01_modbus_8                               Draught                         -5                    Pa    -            measurement
sensor.12421machn01_modbus_9                               Pump fault                      0                     -     -            measurement
binary_sensor.12421machn01_modbus_9                        Pump fault                      off                   -     problem      -
binary_sensor.12421machn01_modbus_0_limit                  Supply out of range             off                   -     problem      -
binary_sensor.12421machn01_modbus_1_limit                  Return out of range             off                   -     problem      -
binary_sensor.12421machn01_modbus_2_limit                  Pressure out of range           off                   -     problem      -
binary_sensor.12421machn01_modbus_3_limit                  Bypass out of range              off                   -     problem      -
binary_sensor.12421machn01_modbus_4_limit                  Register 4 out of range         off                   -     problem      -
binary_sensor.12421machn01_modbus_5_limit                  Starts out of range             off                   -     problem      -
binary_sensor.12421machn01_modbus_6_limit                  Register 6 out of range         off                   -     problem      -
binary_sensor.12421machn01_modbus_7_limit                  Register 7 out of range         off                   -     problem      -
binary_sensor.12421machn01_modbus_8_limit                  Draught out of range            off                   -     problem      -
binary_sensor.12421machn01_modbus_9_limit                  Pump fault out of range         off                   -     problem      -
sensor.12421machn01_1_temperature_0                        Pump 1                          71.9                  °C    temperature  measurement
sensor.12421machn01_1_temperature_0_threshold              Pump 1 alarm threshold          80                    °C    temperature  -
binary_sensor.12421machn01_1_temperature_0_over_threshold  Pump 1 over threshold           off                   -     heat         -
sensor.12421machn01_1_temperature_1                        Cabinet                         40.3                  °C    temperature  measurement
sensor.12421machn01_1_temperature_1_threshold              Cabinet alarm threshold         60                    °C    temperature  -
binary_sensor.12421machn01_1_temperature_1_over_threshold  Cabinet over threshold          off                   -     heat         -
sensor.12421machn01_1_temperature_2                        Valve                           41.5                  °C    temperature  measurement
sensor.12421machn01_1_temperature_2_threshold              Valve alarm threshold           90                    °C    temperature  -
binary_sensor.12421machn01_1_temperature_2_over_threshold  Valve over threshold            off                   -     heat         -
binary_sensor.12421machn01_1_temperature_detection         Temperature alarm               off                   -     heat         -
binary_sensor.12421machn01_1_modbus_alarm                  Modbus alarm                    off                   -     problem      -
binary_sensor.12421machn01_1_material_temperature_detection  Material temperature alarm    off                   -     heat         -
event.12421machn01_1_event                                 Event                           material_temperature_detection  -  -     -
image.12421machn01_1_alarm_picture                         Alarm picture                   (time)                -     -            -
image.12421machn01_snapshot                                Snapshot                        (time)                -     -            -
${ofEveryCamera('12221machn02')}
sensor.12221machn02_0_sensor_0                             Air                             31.1                  °C    temperature  measurement
sensor.12221machn02_0_sensor_1                             Humidity                        41.2                  %     -            measurement
sensor.12221machn02_0_sensor_2                             Outside                         -7.25                 °C    temperature  measurement
sensor.12221machn02_0_sensor_3                             Smoke                           0.04                  dB/m  -            measurement
sensor.12221machn02_text_0                                 Pressure                        2.7                   -     -            -
sensor.12221machn02_text_1                                 Level                           61                    -     -            -
binary_sensor.12221machn02_0_voice_rise_detection          Sound rises                     on                    -     sound        -
binary_sensor.12221machn02_0_firesmoke_alarm               Fire and smoke                  on                    -     smoke        -
binary_sensor.12221machn02_0_voice_drop_detection          Sound drops                     on                    -     sound        -
binary_sensor.12221machn02_internal_alarm                  Internal alarm                  on                    -     -            -
binary_sensor.12221machn02_disk_error                      Disk error                      off                   -     problem      -
binary_sensor.12221machn02_disk_miss                       Disk missing                    on                    -     problem      -
binary_sensor.12221machn02_disk_failure                    Disk failure                    on                    -     problem      -
binary_sensor.12221machn02_device_storage_exception        Storage fault                   on                    -     problem      -
binary_sensor.12221machn02_network_alarm                   Network fault                   off                   -     problem      -
binary_sensor.12221machn02_hardware_alarm                  Hardware fault                  on                    -     problem      -
binary_sensor.12221machn02_device_exception                Device fault                    on                    -     problem      -
binary_sensor.12221machn02_ipc_switch_alarm                Camera switch alarm             on                    -     -            -
event.12221machn02_0_event                                 Event                           voice_drop_detection  -     -            -
event.12221machn02_event                                   Event (device)                  device_offline        -     -            -
image.12221machn02_0_alarm_picture                         Alarm picture                   (time)                -     -            -
image.12221machn02_snapshot                                Snapshot                        (time)                -     -            -
`);

export const expectedEntities: Readonly<Record<ScenarioName, readonly string[]>> = {
  house,
  shop,
  carpark,
  machine_room: machineRoom,
};

/** Columns: name, model, serial number, the device above it. */
export const expectedDevices: readonly string[] = rows(`
jvs2mqtt             Bridge                       -             -
Front door           HTTP push, JES               12221HOUSE01  jvs2mqtt
Yard                 HTTP push, old architecture  12421HOUSE02  jvs2mqtt
Entrance             HTTP push, JES               12221SHOP001  jvs2mqtt
Till                 HTTP push, old architecture  12421SHOP002  jvs2mqtt
Spaces A1 A2         HTTP push, JES               12221CARPK01  jvs2mqtt
Gate                 HTTP push, JES               12221CARPK02  jvs2mqtt
Recorder             HTTP push, old architecture  12421CARPK03  jvs2mqtt
Recorder channel 1   Channel                      -             Recorder
Recorder channel 2   Channel                      -             Recorder
Recorder channel 3   Channel                      -             Recorder
Recorder channel 4   Channel                      -             Recorder
Thermal              HTTP push, old architecture  12421MACHN01  jvs2mqtt
Dials                HTTP push, JES               12221MACHN02  jvs2mqtt
`);

/** The columns of a row, as one line of a table. */
export function row(...columns: readonly (string | null | undefined)[]): string {
  return columns.map((column) => column ?? '-').join(' | ');
}

/** The lines of a table, columns two spaces apart, sorted. */
function rows(table: string): readonly string[] {
  const lines = table.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => row(...line.trim().split(/ {2,}/))).sort();
}
