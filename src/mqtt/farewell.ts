import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { clientOptions, type LinkOptions } from './link.ts';

/** The second client of a bridge: it is there only while the bridge leaves and when it comes back. */
export interface FarewellOptions extends LinkOptions {
  /** ms that each of the two may take: a stop must not wait for a broker that is gone */
  readonly timeout: number;
}

/** "Disconnect with Will Message" (MQTT 5 §3.14.2.1). */
const WITH_WILL = 0x04;

/** s that the broker keeps the session beyond the will's delay: with the session ends the delay. */
const SESSION_MARGIN = 60;

/**
 * Leaves the will at the broker, to be published once `delay` seconds are over, unless
 * `takeFarewellBack` comes before (MQTT 5 §3.1.3.2.2). To be called before the bridge's own client
 * leaves cleanly.
 *
 * @param delay seconds
 * @throws Error where the broker does not take it: nothing is left then
 */
export async function leaveFarewell(options: FarewellOptions, delay: number): Promise<void> {
  const client = await join(options, delay, delay + SESSION_MARGIN);
  await leave(client, options.timeout, WITH_WILL);
}

/**
 * Takes back what `leaveFarewell` left; does no harm where it left nothing, or where it is out by now.
 * To be called before the bridge says that it is there.
 * @throws Error where the broker does not take the second client
 */
export async function takeFarewellBack(options: FarewellOptions): Promise<void> {
  const client = await join(options, 0, 0);
  await leave(client, options.timeout);
}

/** Never with a clean start: that would end the session of before, and publish its will at once. */
function join(options: FarewellOptions, delay: number, session: number): Promise<MqttClient> {
  const settings: IClientOptions = clientOptions(options, '5');
  const { will } = settings;
  const client = connect({
    ...settings,
    clean: false,
    properties: { sessionExpiryInterval: session },
    ...(will === undefined ? {} : { will: { ...will, properties: { willDelayInterval: delay } } }),
  });
  return new Promise((resolve, reject) => {
    const fail = (error?: Error) => {
      clearTimeout(timer);
      client.end(true);
      client.stream.destroy();
      reject(error ?? new Error('the broker closed the connection of the second client'));
    };
    const timer = setTimeout(() => fail(new Error('no answer in time')), options.timeout);
    client.once('error', fail);
    client.once('close', fail);
    client.once('connect', () => {
      clearTimeout(timer);
      client.off('close', fail);
      client.off('error', fail);
      client.on('error', () => {});
      resolve(client);
    });
  });
}

function leave(client: MqttClient, timeout: number, reasonCode = 0): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      client.stream.destroy();
      reject(new Error('the broker did not let the second client go in time'));
    }, timeout);
    client.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    client.end(false, { reasonCode });
  });
}
