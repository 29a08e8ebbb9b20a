import { expect, test } from 'vitest';
import { newPingRecord, stepPing } from './step-ping.ts';

const fresh = newPingRecord(1_000);

test('a good end is remembered with how long the run took', () => {
  const running = stepPing(fresh, { kind: 'start' }, null, 5_000);
  expect(running).toMatchObject({ startedAt: 5_000, lastGoodAt: null, lastPingAt: 5_000 });
  expect(stepPing(running, { kind: 'success' }, '3 files', 9_000)).toEqual({
    ...{ since: 1_000, lastPingAt: 9_000, lastGoodAt: 9_000, startedAt: null },
    ...{ durationMs: 4_000, failed: null, note: '3 files' },
  });
});

test('a failure stands until a good end; a new start does not mend it', () => {
  const failed = stepPing(fresh, { kind: 'fail', exitCode: 3 }, 'disk full', 5_000);
  expect(failed).toMatchObject({ failed: { at: 5_000, exitCode: 3 }, durationMs: null, lastGoodAt: null });
  const again = stepPing(failed, { kind: 'start' }, null, 6_000);
  expect(again).toMatchObject({ failed: { exitCode: 3 }, startedAt: 6_000, note: 'disk full' });
  expect(stepPing(again, { kind: 'success' }, null, 7_000)).toMatchObject({ failed: null, lastGoodAt: 7_000 });
});

test('words change nothing but the note', () => {
  const good = stepPing(fresh, { kind: 'success' }, null, 5_000);
  expect(stepPing(good, { kind: 'log' }, 'half way', 6_000)).toEqual({ ...good, lastPingAt: 6_000, note: 'half way' });
});
