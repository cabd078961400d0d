import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import type { Answer } from '../../src/simulator/answer.ts';
import type { SimulatedCamera } from '../../src/simulator/camera.ts';
import type { CameraOptions } from '../../src/simulator/camera-options.ts';
import { makeCamera } from '../support/camera.ts';
import { JudgeServer, type ServerOptions } from './server.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** 2024-01-01 00:08:08 UTC, 08:08:08 in China. */
const NOW = Date.UTC(2024, 0, 1, 0, 8, 8);
const stopped: Clock = { now: () => NOW, after: () => () => {} };

async function pair(
  server: ServerOptions = {},
  camera: Partial<CameraOptions> = {},
): Promise<{ judge: JudgeServer; camera: SimulatedCamera }> {
  const judge = await JudgeServer.start(server);
  const made = makeCamera(judge.target, { clock: stopped, ...camera });
  cleanups.push(
    () => made.stop(),
    () => judge.stop(),
  );
  return { judge, camera: made };
}

const counts = (judge: JudgeServer) => judge.accepted.map(({ digest }) => digest?.get('nc'));
const nonces = (judge: JudgeServer) => judge.accepted.map(({ digest }) => digest?.get('nonce'));

describe('Digest', () => {
  it.each(['MD5', 'SHA-256'] as const)(
    'sends everything unasked, answers the challenge and keeps the nonce, %s',
    async (algorithm) => {
      const { judge, camera } = await pair({ algorithm });
      const first = await camera.heartbeat();
      const second = await camera.event('ebike_det', 'start');
      const third = await camera.heartbeat();
      expect([first.sends, second.sends, third.sends]).toEqual([2, 1, 1]);
      expect(judge.requests.map(({ status }) => status)).toEqual([401, 200, 200, 200]);
      expect(judge.requests[0]?.authorization).toBeUndefined();
      expect(judge.requests[0]?.body).toEqual(judge.requests[1]?.body);
      expect(nonces(judge)).toEqual(['nonce1', 'nonce1', 'nonce1']);
      expect(counts(judge)).toEqual(['1', '2', '3']);
      expect(camera.counters).toEqual({
        pushes: 3,
        accepted: 3,
        refused: 0,
        failed: 0,
        requests: 4,
      });
    },
  );

  it('follows stale=true with the new nonce, counting from the start', async () => {
    const { judge, camera } = await pair({ nonceServes: 2 });
    for (let push = 0; push < 5; push += 1) expect((await camera.heartbeat()).ok).toBe(true);
    expect(nonces(judge)).toEqual(['nonce1', 'nonce1', 'nonce2', 'nonce2', 'nonce3']);
    expect(counts(judge)).toEqual(['1', '2', '1', '2', '1']);
  });

  it('gives up after one answer where the password is wrong', async () => {
    const { judge, camera } = await pair({}, { password: 'falsch' });
    const answer = await camera.heartbeat();
    expect(answer).toMatchObject({ ok: false, status: 401, errorcode: -1, sends: 2 });
    expect(camera.counters).toMatchObject({ accepted: 0, refused: 1 });
    expect(judge.requests).toHaveLength(2);
    expect((await camera.heartbeat()).sends).toBe(2);
  });

  it('answers each of parallel pushes', async () => {
    const { judge, camera } = await pair({}, { quirks: { digest: { nc: 'hex8' } } });
    await camera.heartbeat();
    await Promise.all(Array.from({ length: 8 }, () => camera.heartbeat()));
    expect(counts(judge).toSorted()).toEqual(
      Array.from({ length: 9 }, (_, at) => (at + 1).toString(16).padStart(8, '0')),
    );
  });

  it.each([
    ['a nonce count that never grows', { repeatedNc: true, firstNc: 42 }, ['42', '42', '42']],
    ['a nonce count that starts anywhere', { firstNc: 42 }, ['42', '43', '44']],
    ['no qop', { noQop: true }, [undefined, undefined, undefined]],
    ['a new challenge each time', { forgetsNonce: true }, ['1', '1', '1']],
    ['quotes', { nc: 'quoted', quotedQop: true }, ['00000001', '00000002', '00000003']],
  ] as const)('can have %s', async (_what, digest, expected) => {
    const { judge, camera } = await pair({}, { quirks: { digest } });
    for (let push = 0; push < 3; push += 1) expect((await camera.heartbeat()).ok).toBe(true);
    expect(counts(judge)).toEqual(expected);
  });

  it('can leave every challenge unanswered', async () => {
    const { judge, camera } = await pair({}, { quirks: { digest: { neverAnswers: true } } });
    await camera.heartbeat();
    await camera.heartbeat();
    expect(judge.requests.map(({ authorization }) => authorization)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('takes MD5 where both are offered', async () => {
    const { judge, camera } = await pair({
      challenges: [
        'Digest realm="r", qop="auth", nonce="NONCE", algorithm=SHA-256',
        'Digest realm="r", qop="auth", nonce="NONCE", algorithm=MD5',
      ],
    });
    expect((await camera.heartbeat()).ok).toBe(true);
    expect(judge.accepted[0]?.digest?.get('algorithm')).toBe('MD5');
  });
});

describe('a push', () => {
  it('is a GET with a body and the headers of protocol §1', async () => {
    const { judge, camera } = await pair({ open: true });
    await camera.heartbeat();
    const [got] = judge.requests;
    expect(got?.method).toBe('GET');
    expect(got?.headers).toMatchObject({
      'content-type': 'application/json;charset=utf-8',
      'user-identify': '12221S55G3X8',
      'content-length': String(got?.body.length),
    });
    expect(JSON.parse(String(got?.body))).toEqual({
      method: '',
      param: {
        deviceId: '12221S55G3X8',
        channelNum: 0,
        deviceName: 'HD IPC',
        time: '2024-01-01 08:08:08',
      },
    });
  });

  it.each([
    ['', '/v1/device/keepalive'],
    ['/', '//v1/device/keepalive'],
    ['/cams', '/cams/v1/device/keepalive'],
  ])('goes to the base address as typed with %j at its end', async (typed, expected) => {
    const judge = await JudgeServer.start();
    const camera = makeCamera({ ...judge.target, url: judge.target.url + typed });
    cleanups.push(
      () => camera.stop(),
      () => judge.stop(),
    );
    expect((await camera.heartbeat()).ok).toBe(true);
    expect(judge.accepted[0]?.url).toBe(expected);
  });

  it('sends the uuid of its start with a stop, and a new one with the next start', async () => {
    const { judge, camera } = await pair({ open: true });
    for (const status of ['start', 'stop', 'start', 'pulse'] as const) {
      await camera.alarm('motion_detection', status);
    }
    const uuids = judge.requests.map(({ body }) => JSON.parse(String(body)).param.alarm_uuid);
    const first = '12221S55G3X8/1/motion_detection/20240101080808/';
    expect(uuids).toEqual([`${first}1`, `${first}1`, `${first}2`, `${first}3`]);
  });

  it('rejects where nobody listens, counts it, and works again when somebody does', async () => {
    const { judge, camera } = await pair();
    judge.stop();
    await expect(camera.heartbeat()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(camera.counters).toMatchObject({ pushes: 1, failed: 1 });
  });

  it('survives that the server closes the kept connection', async () => {
    const { judge, camera } = await pair({
      answer: () => ({ method: 'keepalive', error: { errorcode: 0, errormsg: '' } }),
    });
    await camera.heartbeat();
    judge.dropConnections();
    expect((await camera.heartbeat()).ok).toBe(true);
  });

  it('has a wall clock with zone and error, and PTS of the same', async () => {
    const { camera } = await pair({ open: true }, { zone: -210, offset: 90_000 });
    expect(camera.time()).toBe('2023-12-31 20:39:38');
    expect(camera.wall()).toBe(Date.UTC(2023, 11, 31, 20, 39, 38));
  });
});

describe('heartbeats by themselves', () => {
  it('keep the interval told by the last answer', async () => {
    const told = [30, 90, 90];
    const timers: { ms: number; action: () => void; cancelled: boolean }[] = [];
    const results: (Answer | Error)[] = [];
    let heard = () => {};
    const clock: Clock = {
      now: () => NOW,
      after: (ms, action) => {
        const timer = { ms, action, cancelled: false };
        timers.push(timer);
        heard();
        return () => {
          timer.cancelled = true;
        };
      },
    };
    const next = (start: () => void) =>
      new Promise<void>((resolve) => {
        heard = resolve;
        start();
      });
    const { camera } = await pair(
      {
        open: true,
        answer: () => ({
          method: 'keepalive',
          keepinterval: told.shift(),
          error: { errorcode: 0, errormsg: '' },
        }),
      },
      { clock, onHeartbeat: (result) => results.push(result) },
    );
    expect(camera.interval).toBe(60);
    await next(() => {
      camera.start();
      camera.start();
    });
    await next(() => timers[0]?.action());
    expect(timers.map(({ ms }) => ms)).toEqual([30_000, 90_000]);
    expect(camera.interval).toBe(90);
    expect(results).toHaveLength(2);
    camera.stop();
    expect(timers[1]?.cancelled).toBe(true);
  });

  it('go on though nobody answers', async () => {
    let beats = 0;
    const { judge, camera } = await pair();
    judge.stop();
    await new Promise<void>((resolve) => {
      const tireless = makeCamera(judge.target, {
        clock: {
          now: () => NOW,
          after: (_ms, action) => {
            if (beats < 3) queueMicrotask(action);
            else resolve();
            return () => {};
          },
        },
        onHeartbeat: (result) => {
          beats += result instanceof Error ? 1 : 0;
        },
      });
      cleanups.push(() => tireless.stop());
      tireless.start();
    });
    expect(beats).toBe(3);
    expect(camera.counters.pushes).toBe(0);
  });
});
