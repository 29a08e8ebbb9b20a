import { type RestoreRequest, restore } from '../../src/restore.ts';

/** Restores and kills itself right after one labelled step. */
const { step, request, locksDir }: { step: string; request: RestoreRequest; locksDir: string } = JSON.parse(
  process.argv[2] ?? '{}',
);

await restore(request, {
  locksDir,
  zone: 'Asia/Tokyo',
  now: () => Date.UTC(2026, 2, 11, 6),
  service: null,
  onStep: (passed) => {
    if (passed === step) process.kill(process.pid, 'SIGKILL');
  },
});
