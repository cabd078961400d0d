// The program in few files, most of its packages among them: a start that reads hundreds of small ones takes
// twice the time, and 6 MB more. What is seldom needed stays in files of its own, loaded when it is.
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { unbundled } from './unbundled.mjs';

await build({
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  input: { jvs2mqtt: 'src/cli/index.ts' },
  platform: 'node',
  external: unbundled,
  output: {
    dir: 'dist/bin',
    cleanDir: true,
    chunkFileNames: '[name].js',
    comments: { annotation: false, jsdoc: false, legal: true },
  },
});
