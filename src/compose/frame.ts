import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Settings } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { type Policy, policyOf } from '../domain/policy.ts';
import { type Context, contextOf } from '../homeassistant/context.ts';
import type { EmbeddedBroker } from '../mqtt/embedded.ts';
import type { Store } from '../store/store.ts';

export interface Surroundings {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly store: Store;
  /** what the store knew at the start */
  readonly devices: Awaited<ReturnType<Store['loadDevices']>>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** of the embedded broker; 0 where there is none */
  readonly brokerPort: number;
  /** the broker within, where there is one: what it has dies with the bridge */
  readonly embedded?: Pick<EmbeddedBroker, 'hears' | 'isDelivered'>;
}

/** The surroundings, and what follows from them alone: every part stands on it. */
export interface Frame extends Surroundings {
  readonly context: Context;
  /** ms since 1970 UTC */
  readonly startedAt: number;
  readonly policyOf: (deviceId: string) => Policy;
  readonly now: () => number;
  /** for what is tried again by itself */
  readonly onError: (error: unknown) => void;
}

export function frameOf(surroundings: Surroundings): Frame {
  const { settings, clock, log } = surroundings;
  const startedAt = clock.now();
  return {
    ...surroundings,
    context: contextOf(settings),
    startedAt,
    policyOf: (deviceId) => policyOf(settings, deviceId, startedAt),
    now: () => clock.now(),
    onError: (err) => log.warn({ err }, 'not done yet; it is tried again'),
  };
}
