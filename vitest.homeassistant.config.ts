import { defineConfig } from 'vitest/config';

/** What needs a real Home Assistant: two of them side by side, each for one test file at a time. */
export default defineConfig({
  test: {
    include: ['test/homeassistant/**/*.test.ts'],
    globalSetup: 'test/homeassistant/support/lanes.ts',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Home Assistant's WebSocket API, on Node 20 too
    execArgv: ['--experimental-websocket'],
  },
});
