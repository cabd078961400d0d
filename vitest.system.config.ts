import { defineConfig } from 'vitest/config';

/** The tests against a real Home Assistant and in a real container, which are made first. */
export default defineConfig({
  test: {
    include: ['test/homeassistant/**/*.test.ts', 'test/container/**/*.test.ts'],
    // each has the machine to itself
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
