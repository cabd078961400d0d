import { alarmOf, alarms } from '../spec/alarms.ts';
import { kinds } from '../spec/kinds.ts';
import { sensorClasses } from './device-classes.ts';
import type { ConfigFault, Source } from './faults.ts';
import { nearest } from './nearest.ts';
import { sensorClass } from './register-classes.ts';
import type { DeviceSettings, RegisterSettings, Settings } from './schema.ts';
import { unitFor, unitsOf } from './sensor-units.ts';

/** What a rule has to say, of one setting. */
interface Finding {
  readonly path: string;
  readonly problem: string;
  /** the setting that is missing */
  readonly needs?: string;
  readonly found?: string;
  readonly allowed?: string;
  readonly nearest?: string;
}
type Rule = (settings: Settings) => readonly Finding[];

const ofEveryDevice =
  (rule: (device: DeviceSettings, path: string) => readonly Finding[]): Rule =>
  (settings) =>
    Object.entries(settings.devices).flatMap(([id, device]) => rule(device, `devices.${id}`));

const when = (wrong: boolean, path: string, problem: string): readonly Finding[] =>
  wrong ? [{ path, problem }] : [];

const unless = (there: boolean, path: string, needs: string, why = ''): readonly Finding[] =>
  there ? [] : [{ path, needs, problem: `this needs ${needs} too${why}` }];

/** What cannot be, though each setting by itself can. */
const faultRules: readonly Rule[] = [
  ofEveryDevice(({ auth, address }, path) =>
    unless(
      auth !== 'none' || address !== undefined,
      `${path}.auth`,
      `${path}.address`,
      ': without a password a camera is let in from that address alone',
    ),
  ),
  ofEveryDevice(({ username, password }, path) =>
    unless(
      username === undefined || password !== undefined,
      `${path}.username`,
      `${path}.password`,
    ),
  ),
  ofEveryDevice(({ modbus }, path) =>
    Object.entries(modbus).flatMap(([number, { device_class, on }]) =>
      unless(
        device_class === undefined || on !== undefined || sensorClasses.includes(device_class),
        `${path}.modbus.${number}.device_class`,
        `${path}.modbus.${number}.on`,
        `: ${device_class} is a class of binary sensors`,
      ),
    ),
  ),
  ({ mqtt }) => unless(mqtt.cert === '' || mqtt.key !== '', 'mqtt.cert', 'mqtt.key'),
  ({ mqtt }) => unless(mqtt.key === '' || mqtt.cert !== '', 'mqtt.key', 'mqtt.cert'),
  ({ http: { tls } }) => unless(tls.cert === '' || tls.key !== '', 'http.tls.cert', 'http.tls.key'),
  ({ http: { tls } }) => unless(tls.key === '' || tls.cert !== '', 'http.tls.key', 'http.tls.cert'),
  ({ mqtt, http, broker }) =>
    when(
      mqtt.url === '' && http.port === broker.port && http.port !== 0,
      'broker.port',
      'http.port is the same',
    ),
  ({ mqtt, homeassistant }) =>
    when(
      mqtt.base_topic === homeassistant.prefix,
      'mqtt.base_topic',
      'homeassistant.prefix is the same',
    ),
];

/** What can be, but should not be without being meant. */
const warningRules: readonly Rule[] = [
  ({ auth }) =>
    when(
      auth.mode === 'none',
      'auth.mode',
      'EVERYBODY on the network can push as any camera and raise alarms: nobody is asked for a password',
    ),
  ofEveryDevice((device, path) =>
    when(
      device.auth === 'none',
      `${path}.auth`,
      `whoever pushes from ${device.address} is taken for this camera without a password`,
    ),
  ),
  ofEveryDevice((device, path) =>
    when(
      device.allow_repeated_nc,
      `${path}.allow_repeated_nc`,
      'a captured request of this camera can be sent again while its nonce lives',
    ),
  ),
  ({ auth }) =>
    when(auth.allow_no_qop, 'auth.allow_no_qop', 'a captured request can be sent again'),
  ({ mqtt }) =>
    when(
      !mqtt.verify && /^(mqtts|wss):/.test(mqtt.url),
      'mqtt.verify',
      "the broker's certificate is not checked: anybody in between can read and write along",
    ),
  ofEveryDevice((device, path) => device.expect.flatMap((text) => expectation(text, path))),
  ofEveryDevice(({ modbus }, path) =>
    Object.entries(modbus).flatMap(([number, register]) =>
      unitOfClass(register, `${path}.modbus.${number}`),
    ),
  ),
];

const expectable: readonly string[] = [
  ...Object.entries(alarms).flatMap(([key, row]) => [
    key,
    ...('aliases' in row ? row.aliases : []),
  ]),
  ...Object.keys(kinds),
  'snapshot',
];

/** An alarm type that no row knows can be expected too; one that is nearly known is a slip. */
function expectation(text: string, device: string): readonly Finding[] {
  const word = text.trim().split(/[\s@]/)[0] ?? '';
  if (alarmOf(word) !== undefined || expectable.includes(word)) return [];
  const guess = nearest(word, expectable);
  if (guess === undefined) return [];
  const problem = `nothing is known by the name of ${JSON.stringify(word)}`;
  return [{ path: `${device}.expect`, problem, nearest: guess }];
}

/** A later Home Assistant may take more than ours is known to: no fault. */
function unitOfClass(register: RegisterSettings, path: string): readonly Finding[] {
  const { unit = '' } = register;
  const deviceClass = sensorClass(register);
  if (deviceClass === undefined || unitFor(deviceClass, unit) !== undefined) return [];
  const allowed = unitsOf(deviceClass)?.map((one) => one || 'no unit') ?? [];
  return [
    {
      path: `${path}.${unit === '' ? 'device_class' : 'unit'}`,
      problem: `${deviceClass} is left out: Home Assistant takes it with other units alone`,
      found: unit === '' ? 'no unit' : JSON.stringify(unit),
      allowed: allowed.join(', '),
    },
  ];
}

/**
 * Looks at settings together.
 *
 * @param places where each path was written; a finding names the one of its path
 * @param wrong paths that are faults already: they are not missing
 */
export function crossCheck(
  settings: Settings,
  places: ReadonlyMap<string, Source>,
  wrong: readonly string[] = [],
): { faults: readonly ConfigFault[]; warnings: readonly ConfigFault[] } {
  const found = (rules: readonly Rule[]): ConfigFault[] =>
    rules
      .flatMap((rule) => rule(settings))
      .filter(({ needs }) => needs === undefined || !wrong.includes(needs))
      .map(({ needs: _, ...finding }) => {
        const source = places.get(finding.path);
        return source === undefined ? finding : { ...finding, source };
      });
  return { faults: found(faultRules), warnings: found(warningRules) };
}
