import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accounts } from '../process/bridge.ts';
import { Recorder } from '../support/recorder.ts';
import { BASE, buildImage, Container, engine, engineKind, IMAGE } from './container.ts';

const kind = await engineKind();
const cli = fileURLToPath(new URL('../../dist/bin/jvs2mqtt.js', import.meta.url));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

describe.skipIf(kind === undefined)('the image, by the engine that is here', () => {
  let container: Container;
  let recorder: Recorder;
  let camera: { readonly username: string; readonly password: string };

  beforeAll(async () => {
    await buildImage();
    container = await Container.start();
    await answers(container.httpPort);
    const shown = accounts((await container.exec('jvs2mqtt', 'credentials')).stdout);
    camera = shown.camera;
    recorder = await Recorder.connect(
      `mqtt://127.0.0.1:${container.brokerPort}`,
      ['#'],
      shown.broker,
    );
  });
  afterAll(async () => {
    await recorder?.close();
    await container?.remove();
  });

  describe('what is inside', () => {
    test('production dependencies alone, and no cache', async () => {
      const packages = (await container.shell('ls /app/node_modules')).split('\n');
      expect(packages).toEqual(expect.arrayContaining(['hono', 'mqtt', 'classic-level']));
      for (const development of [
        'typescript',
        'vitest',
        '@biomejs',
        'fast-check',
        'playwright-core',
      ]) {
        expect(packages).not.toContain(development);
      }
      expect(await container.shell('ls -A ~/.npm /tmp 2>/dev/null || true')).not.toMatch(
        /cacache|_logs/,
      );
      expect(await container.shell('ls -A /app')).toBe('LICENSE\ndist\nnode_modules\npackage.json');
    });

    test('one native binary: of this platform', async () => {
      const found = await container.shell('find /app -name "*.node" | wc -l');
      expect(found).toBe('1');
    });

    test('nothing that the bridge could change', async () => {
      expect(await container.shell('find /app -writable | head')).toBe('');
    });
  });

  describe('what it may', () => {
    test('it is not root', async () => {
      expect(await container.shell('id -u; id -g')).toBe('1000\n1000');
    });

    test('it writes to /data and /tmp and nowhere else', async () => {
      await container.shell('touch /data/x /tmp/x && rm /data/x /tmp/x');
      for (const place of ['/app/x', '/x', '/home/node/x', '/usr/local/bin/x']) {
        await expect(container.shell(`touch ${place}`)).rejects.toThrow(/Read-only/);
      }
    });

    test('it has no capabilities and can get none', async () => {
      const status = await container.shell(
        'grep -E "Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs" /proc/1/status',
      );
      const values = status.split('\n').map((line) => line.split(/:\s*/));
      expect(Object.fromEntries(values)).toEqual({
        CapPrm: '0000000000000000',
        CapEff: '0000000000000000',
        CapBnd: '0000000000000000',
        CapAmb: '0000000000000000',
        NoNewPrivs: '1',
      });
    });

    test('it has 128 MB', async () => {
      expect(await container.inspect('{{.HostConfig.Memory}}')).toBe(String(128 * 1024 * 1024));
    });

    test('a crash leaves no image of its memory', async () => {
      const limits = await container.shell('grep "Max core file size" /proc/1/limits');
      expect(limits).toMatch(/Max core file size\s+0\s+0\s/);
    });

    test('what it keeps is its own', async () => {
      const modes = await container.shell('stat -c "%a %U" /data /data/secrets.json /data/store');
      expect(modes.split('\n')).toEqual(['700 node', '600 node', '700 node']);
    });
  });

  describe('what it does', () => {
    test('credentials are shown by a command, never in the log', async () => {
      const { stdout, stderr } = await container.logs();
      expect(stdout).toContain('`jvs2mqtt credentials` shows the passwords.');
      expect(stdout + stderr).not.toContain(camera.password);
    });

    test('what the bundle leaves outside is there: YAML, the repair of broken JSON', async () => {
      const check = 'echo "http: {port: 8781}" >/tmp/c.yaml && jvs2mqtt check-config /tmp/c.yaml';
      expect(await container.shell(check)).toContain('No fault found');
      const broken =
        '{"method":"event_report","param":{"device_id":"A1" "type":"voice_detection"}}';
      const decode = `echo '${broken}' >/tmp/b.json && jvs2mqtt decode /tmp/b.json`;
      expect(await container.shell(decode)).toMatch(/repaired .*type +"voice_detection"/s);
    });

    test('the licences of what is in the bundle', async () => {
      const found = await container.shell('cd /app/node_modules && ls -d mqtt/L* hono/L* pino/L*');
      expect(found.split('\n')).toHaveLength(3);
    });

    test('a story from outside: every push is answered 0, its messages arrive', async () => {
      const url = `http://127.0.0.1:${container.httpPort}`;
      const { username, password } = camera;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          cli,
          'simulate',
          '--scenario=house',
          '--once',
          `--url=${url}`,
          `--user=${username}`,
          `--password=${password}`,
        ],
        { maxBuffer: 1e8 },
      );
      const [, pushes, accepted] = /(\d+) of \1 pushes, (\d+) accepted/.exec(stdout) ?? [];
      expect(Number(pushes)).toBeGreaterThan(10);
      expect(accepted).toBe(pushes);
      const picture = await recorder.waitFor(({ topic }) => topic.endsWith('/image/alarm'));
      expect([...picture.payload.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
      const event = await recorder.waitFor(({ topic }) =>
        /^jvs2mqtt\/[^/]+\/\d\/event$/.test(topic),
      );
      expect(JSON.parse(event.text)).toMatchObject({ event_type: expect.any(String) });
      const discovery = await recorder.waitFor(({ topic }) =>
        topic.startsWith('homeassistant/device/'),
      );
      expect(discovery.retain).toBe(true);
    });

    test('it is healthy', async () => {
      // where there is no systemd, podman has nothing that would ask by itself
      if (kind === 'docker') {
        while ((await container.inspect('{{.State.Health.Status}}')) === 'starting')
          await delay(500);
        expect(await container.inspect('{{.State.Health.Status}}')).toBe('healthy');
      } else {
        await engine('healthcheck', 'run', container.name);
      }
    });

    test('sizes, for the record', async () => {
      const sizeOf = async (image: string) =>
        Number((await engine('image', 'inspect', '--format', '{{.Size}}', image)).stdout);
      const [whole, base] = [await sizeOf(IMAGE), await sizeOf(BASE)];
      const { stdout } = await engine(
        'stats',
        '--no-stream',
        '--format',
        '{{.MemUsage}}',
        container.name,
      );
      console.info(
        [
          `engine ${kind}`,
          `image ${megabytes(whole)}, of which ${megabytes(whole - base)} are ours`,
          `memory after a story ${stdout.trim()}`,
        ].join('\n'),
      );
      expect(whole - base).toBeLessThan(60e6);
    });

    test('SIGTERM: offline is said, it ends with 0 within a second', async () => {
      await engine('kill', '--signal=TERM', container.name);
      const told = Date.now();
      await engine('wait', container.name);
      // by the engine's own record: its commands take longer than the bridge
      const took =
        Date.parse(JSON.parse(await container.inspect('{{json .State.FinishedAt}}'))) - told;
      expect(await container.inspect('{{.State.ExitCode}}')).toBe('0');
      expect(recorder.texts('jvs2mqtt/bridge/state').at(-1)).toBe('offline');
      console.info(`stopped ${took} ms after the engine had passed on the signal`);
      expect(took).toBeLessThan(1_000);
    });

    test('what it kept is there in the next container', async () => {
      await engine('start', container.name);
      await answers(container.httpPort);
      const again = accounts((await container.exec('jvs2mqtt', 'credentials')).stdout);
      expect(again.camera).toEqual(camera);
    });
  });
});

/** Resolves once the bridge answers and has joined its broker. An engine's proxy listens before it does. */
async function answers(port: number): Promise<void> {
  const health = await fetch(`http://127.0.0.1:${port}/health`, {
    signal: AbortSignal.timeout(1_000),
  })
    .then((answer) => answer.text())
    .catch(() => '');
  if (health.includes('"connected"')) return;
  await delay(50);
  return answers(port);
}
