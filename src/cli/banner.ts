import type { Settings } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { cameraAddress, reachable } from './addresses.ts';
import { version } from './version.ts';

export interface BannerOptions {
  readonly settings: Settings;
  readonly secrets: Secrets;
  /** of this machine in the local network, the likeliest first: `lanAddresses()` */
  readonly addresses: readonly string[];
  /** passwords were made just now */
  readonly firstStart: boolean;
  /** somebody reads along: only then a password is shown, and only at the first start */
  readonly terminal: boolean;
  /** the bridge is the broker itself */
  readonly embedded: boolean;
  /** the ports that are listened on, where they are not those of the settings (port 0) */
  readonly ports?: { readonly http?: number; readonly broker?: number };
}

/** The few lines at start that say what to do next. */
export function banner(options: BannerOptions): string {
  const passwords = options.firstStart && options.terminal;
  const later = passwords
    ? 'These passwords are shown this once; `jvs2mqtt credentials` shows them again.'
    : '`jvs2mqtt credentials` shows the passwords.';
  return [`jvs2mqtt ${version}`, '', ...instructions(options, passwords), '', later, ''].join('\n');
}

/** What to type into a camera's page and into Home Assistant. */
export function instructions(
  options: Omit<BannerOptions, 'firstStart' | 'terminal'>,
  passwords: boolean,
): readonly string[] {
  return [...cameraLines(options, passwords), '', ...brokerLines(options, passwords)];
}

type Facts = Omit<BannerOptions, 'firstStart' | 'terminal'>;

function cameraLines(facts: Facts, passwords: boolean): string[] {
  const { settings, secrets, addresses, ports } = facts;
  const account =
    settings.auth.mode === 'none'
      ? [row('password', 'none: everybody in the network is let in (auth.mode)')]
      : accountRows(secrets.auth, passwords);
  return [
    "On the camera's page, Network → Advanced → HTTP service (网络配置 → 高级配置 → http 服务配置):",
    row('address', cameraAddress(settings, addresses, ports?.http)),
    ...account,
  ];
}

function brokerLines(facts: Facts, passwords: boolean): string[] {
  const { settings, secrets, addresses, embedded, ports } = facts;
  const add = 'In Home Assistant, Settings → Devices & services → Add integration → MQTT:';
  if (!embedded) {
    return [
      add,
      row('broker', `${settings.mqtt.url}, with an account of its own`),
      ...(settings.homeassistant.enabled ? [] : [row('', 'discovery is off')]),
    ];
  }
  return [
    add,
    row('broker', reachable(settings.broker.host, addresses)),
    row('port', String(ports?.broker ?? settings.broker.port)),
    ...accountRows(secrets.broker, passwords),
  ];
}

function accountRows({ username, password, made }: Secrets['auth'], show: boolean): string[] {
  const hidden = made ? '(made at the first start)' : '(the one of your settings)';
  return [row('user name', username), row('password', show ? password : hidden)];
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(11)}${value}`;
}
