import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/homeassistant/**', 'test/container/**', 'test/mosquitto/**'],
    testTimeout: 20_000,
  },
});
