// The attackers, in a process of their own: node besiege.mjs PORT SECONDS [ATTACK,…]. Prints what they did, as JSON.
// What one of them knows, who was a camera, is in SIEGE_USER and SIEGE_PASSWORD.
import { attacks, prepare } from './attacks.mjs';

const [port, seconds] = process.argv.slice(2, 4).map(Number);
const only = process.argv[4] ?? '';
const signal = prepare(AbortSignal.timeout(seconds * 1000));
// whatever an attack still waits for: it is over
setTimeout(() => process.exit(1), (seconds + 10) * 1000).unref();
const done = {};
await Promise.all(
  Object.entries(attacks).map(([name, attack]) => {
    if (only !== '' && !only.split(',').includes(name)) return undefined;
    const counts = {};
    done[name] = counts;
    const count = (what) => {
      counts[what] = (counts[what] ?? 0) + 1;
    };
    const { SIEGE_USER: username, SIEGE_PASSWORD: password } = process.env;
    return attack({ port, signal, count, username, password });
  }),
);
process.stdout.write(JSON.stringify(done), () => process.exit(0));
