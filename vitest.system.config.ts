import { defineConfig } from 'vitest/config';

/** What needs a real Home Assistant or a container engine: one at a time, and slow. */
export default defineConfig({
  test: {
    include: ['test/homeassistant/**/*.test.ts', 'test/container/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    // Home Assistant's WebSocket API, on Node 20 too
    execArgv: ['--experimental-websocket'],
  },
});
