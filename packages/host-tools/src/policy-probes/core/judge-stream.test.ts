import { expect, test } from 'vitest';
import { judgeStream, type StreamStatus } from './judge-stream.ts';

const live: StreamStatus = { active: true, reconnecting: false, droppedFrames: 0, totalFrames: 6_000 };
const wanted = { streaming: true, maxDroppedPct: 5 };
const judge = (status: Partial<StreamStatus>, before: Parameters<typeof judgeStream>[1] = null, now = 60_000) =>
  judgeStream({ ...live, ...status }, before, wanted, now);

test('S2: what is off the air forgets its counts', () => {
  const before = { at: 0, dropped: 1, total: 100 };
  expect(judge({ active: false }, before)).toMatchObject({ verdict: { is: 'bad' }, count: null });
  expect(judgeStream({ ...live, active: false }, before, { ...wanted, streaming: false }, 1).verdict.is).toBe('good');
});

test('S2: the share is of the frames since the last look, to the tenth, and the limit itself is still good', () => {
  const before = { at: 30_000, dropped: 1_000, total: 5_000 };
  expect(judge({ droppedFrames: 1_050 }, before).verdict).toMatchObject({ is: 'good', value: 5 });
  expect(judge({ droppedFrames: 1_051 }, before).verdict).toMatchObject({ is: 'bad', value: 5.1 });
  expect(judge({ droppedFrames: 1_051 }, before).count).toEqual({ at: 60_000, dropped: 1_051, total: 6_000 });
});

test('S2: no frame within two looks is a fault, but not for a stream that has not sent its first, nor within a moment', () => {
  const still = { at: 30_000, dropped: 0, total: 6_000 };
  expect(judge({}, still).verdict).toMatchObject({ is: 'bad', detail: 'no frame went out for 30 s' });
  expect(judge({}, still, 31_000)).toMatchObject({ verdict: { is: 'good' }, count: still });
  expect(judge({ totalFrames: 0 }, { at: 30_000, dropped: 0, total: 0 }).verdict.is).toBe('good');
});

test('S2: while it reconnects, the counts of before stay', () => {
  const before = { at: 30_000, dropped: 0, total: 5_000 };
  expect(judge({ reconnecting: true }, before)).toMatchObject({ verdict: { is: 'bad' }, count: before });
});
