import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { startWithRecorder } from '../support/bridge.ts';
import { makeCamera, playStory } from '../support/camera.ts';

/** A secret as it is, and as it would be in a header, an address or a hash. */
function forms(secret: string, username: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const secretOf = (algorithm: string) =>
    createHash(algorithm).update(`${username}:jvs2mqtt:${secret}`).digest('hex');
  return [
    secret,
    bytes.toString('base64').replace(/=+$/, ''),
    Buffer.from(`${username}:${secret}`).toString('base64').replace(/=+$/, ''),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secretOf('md5'),
    secretOf('sha256'),
  ];
}

test('no secret in anything that a full run puts out, in whatever form', async () => {
  const set = {
    shared: 'shared "secret" of cameras/1',
    user: 'one more user, 2',
    device: 'of one device alone: 3',
    wrong: 'a wrong password 4',
  };
  const { bridge, recorder } = await startWithRecorder({
    auth: { password: set.shared, users: [{ username: 'garage', password: set.user }] },
    devices: { '12221SOWN': { username: 'admin', password: set.device } },
    publish: { reports: true },
    log: { level: 'trace', format: 'json' },
  });
  await playStory('house', bridge.target);
  const own = { ...bridge.target, username: 'admin', password: set.device };
  await makeCamera(own, { id: '12221SOWN' }).heartbeat();
  const garage = { ...bridge.target, username: 'garage', password: set.user };
  await makeCamera(garage, { id: '12221SGARAGE' }).heartbeat();
  for (let tries = 0; tries < 4; tries++) {
    await makeCamera({ ...bridge.target, password: set.wrong }, { id: '12221SWRONG' })
      .heartbeat()
      .catch(() => {});
  }
  await makeCamera(bridge.target, { id: '12221SQUERY' }).push({
    report: undefined,
    method: 'POST',
    path: `/${encodeURIComponent(set.shared)}?password=${encodeURIComponent(set.shared)}`,
    headers: { 'User-Identify': '12221SQUERY' },
    body: Buffer.from('no json'),
  });
  await recorder.waitFor(({ text }) => text.includes('wrong_credentials'));
  await recorder.waitFor(({ topic }) => topic === 'jvs2mqtt/12221SGARAGE/state');
  await recorder.waitFor(({ topic }) => topic === 'jvs2mqtt/bridge/info');
  const pages = await Promise.all(
    ['/', '/health', '/metrics'].map(async (path) =>
      (await fetch(`${bridge.target.url}${path}`)).text(),
    ),
  );
  const everything = [
    ...recorder.messages.map(({ topic, text }) => `${topic} ${text}`),
    ...bridge.log,
    ...pages,
    process.argv.join(' '),
  ].join('\n');
  expect(everything.length).toBeGreaterThan(10_000);
  const { auth, broker, internal } = bridge.bridge.secrets;
  const secrets = [
    ...Object.values(set).map((secret) => forms(secret, 'jvs2mqtt')),
    forms(set.user, 'garage'),
    forms(set.device, 'admin'),
    // there is no account for Home Assistant where the broker is another
    ...[auth, broker, internal].flatMap(({ password, username }) =>
      password === '' ? [] : [forms(password, username)],
    ),
  ].flat();
  // what a stranger put into a path of its own is shown, as a part of its path: it is no secret of ours
  const shown = everything.replaceAll(/"path":"[^"]*"|"method":"[^"]*"/g, '');
  for (const secret of new Set(secrets)) expect(shown).not.toContain(secret);
});
