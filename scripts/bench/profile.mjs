// Preloaded into the server (`--import`): the first SIGUSR2 begins a CPU profile and a sampling of
// allocations, the second writes both to $BENCH_PROFILE.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

let session;

async function begin() {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 250 });
  await session.post('Profiler.start');
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: 16_384,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
}

async function end() {
  const { profile: cpu } = await session.post('Profiler.stop');
  const { profile: heap } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  session = undefined;
  writeFileSync(process.env.BENCH_PROFILE, JSON.stringify({ cpu, heap }));
}

process.on('SIGUSR2', () => (session === undefined ? begin() : end()));
