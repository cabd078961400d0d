import { defineConfig } from 'vitest/config';

/** Everything that needs no more than Node.js; Mosquitto, curl and openssl are used where they are. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // their own configuration: vitest.system.config.ts
    exclude: ['test/homeassistant/**', 'test/container/**'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
