import type { IncomingMessage } from 'node:http';
import { Intake } from '../decode/intake.ts';
import { type Received, whole as wholeBody } from '../decode/received.ts';
import { DISCARD_MORE } from './limits.ts';
import type { Sending, SlowSenders } from './slow.ts';

/** A whole body, or why there is none. */
export type Body =
  | { readonly ok: true; readonly received: Received }
  /** `drained`: false where the sender went on past every limit; the connection cannot be kept */
  | { readonly ok: false; readonly problem: 'too_large'; readonly drained: boolean }
  | { readonly ok: false; readonly problem: 'aborted' }
  /** it came too slowly; the connection cannot be kept */
  | { readonly ok: false; readonly problem: 'timeout' };

export interface BodyOptions {
  /** most bytes kept; past it the body is read on and thrown away, so that the answer is heard */
  readonly limit: number;
  /** how many bytes past `limit` are read at most */
  readonly discard?: number;
  /**
   * Asked before the first byte is read. A promise holds the sender back until it is fulfilled;
   * a budget for all bodies in flight goes here.
   */
  readonly admit?: (incoming: IncomingMessage) => Promise<void> | undefined;
  /** ends senders that are too slow */
  readonly slow?: SlowSenders;
}

/**
 * Reads a body of whatever method, GET too. The only place that touches `incoming`'s stream. To be
 * called before any `await`: a client that sends and closes at once loses what is read late.
 */
export function readBody(incoming: IncomingMessage, options: BodyOptions): Promise<Body> {
  const { limit, discard = DISCARD_MORE, admit, slow } = options;
  const declared = declaredLength(incoming);
  const intake = new Intake(declared !== undefined && declared <= limit ? declared : undefined);
  return new Promise((resolve) => {
    let received = 0;
    let sending: Sending | undefined;
    const settle = (body: Body) => {
      if (sending !== undefined) slow?.end(sending);
      incoming.off('data', onData).off('end', onEnd).off('close', onClose);
      resolve(body);
    };
    const tooLarge = (drained: boolean) => settle({ ok: false, problem: 'too_large', drained });
    const whole = () =>
      received > limit ? tooLarge(true) : settle({ ok: true, received: intake.end() });
    const onData = (chunk: Buffer) => {
      received += chunk.length;
      if (sending !== undefined) slow?.came(sending, chunk.length);
      if (received <= limit) intake.add(chunk);
      else if (received <= limit + discard) intake.clear();
      else {
        incoming.pause();
        tooLarge(false);
      }
    };
    const onEnd = () => (incoming.complete ? whole() : settle({ ok: false, problem: 'aborted' }));
    // Closed without an end: whole all the same where every declared byte came.
    const onClose = () =>
      received === declared ? whole() : settle({ ok: false, problem: 'aborted' });
    incoming.on('error', followedByClose);
    incoming.on('data', onData).on('end', onEnd).on('close', onClose);
    const begin = () => {
      sending = slow?.begin(() => {
        incoming.pause();
        settle({ ok: false, problem: 'timeout' });
      });
    };
    const admitted = admit?.(incoming);
    if (admitted === undefined) {
      begin();
      return;
    }
    incoming.pause();
    admitted.then(
      () => {
        begin();
        incoming.resume();
      },
      () => incoming.destroy(),
    );
  });
}

/** Of its own, for it outlives the reading: a closure would keep the body. */
function followedByClose(): void {}

/** Reads a body and keeps nothing of it. @param most bytes until the sender is given up */
export async function discardBody(
  incoming: IncomingMessage,
  most: number,
  slow?: SlowSenders,
): Promise<Body> {
  const body = await readBody(incoming, { limit: 0, discard: most, ...(slow && { slow }) });
  return !body.ok && body.problem === 'too_large' && body.drained ? EMPTY : body;
}

const EMPTY: Body = { ok: true, received: wholeBody(Buffer.alloc(0)) };

/** Node's parser lets no body grow past its Content-Length. */
function declaredLength({ headers }: IncomingMessage): number | undefined {
  const text = headers['content-length'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
