import { defineConfig } from 'vitest/config';

/** Everything that needs no more than Node.js; Mosquitto, curl and openssl are used where they are. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // their own configurations: vitest.homeassistant.config.ts, vitest.system.config.ts
    exclude: ['test/homeassistant/**', 'test/container/**'],
    // what hangs, not what is slow: a busy machine is no failure
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    // most of the time they wait for sockets and timers, not for a core
    maxWorkers: 3,
  },
});
