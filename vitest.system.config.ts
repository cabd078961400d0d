import { defineConfig } from 'vitest/config';

/** What needs a container engine: one at a time, and slow. */
export default defineConfig({
  test: {
    include: ['test/container/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
