import { expect, test } from 'vitest';
import { DeltaBuffer, type DeltaEvent } from './delta-buffer.ts';

const call = (ms: number): DeltaEvent => ({ kind: 'llm', outcome: 'ok', ms, extra: 0 });
const msOf = (buffer: DeltaBuffer, max = 10_000) =>
  buffer.take(max, Number.MAX_VALUE).deltas.llmCalls.map(([ms]) => ms);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('H4: the ring keeps order while it grows around its end', () => {
  const buffer = new DeltaBuffer(10_000);
  for (const ms of range(0, 200)) buffer.push(call(ms), ms);
  expect(msOf(buffer, 150)).toEqual(range(0, 150));
  for (const ms of range(200, 1_000)) buffer.push(call(ms), ms);
  expect(msOf(buffer)).toEqual(range(150, 1_000));
  expect(buffer).toMatchObject({ size: 0, dropped: 0 });
});

test('H4: full, it drops the oldest and counts it', () => {
  const buffer = new DeltaBuffer(300);
  for (const ms of range(0, 1_000)) buffer.push(call(ms), ms);
  expect(buffer).toMatchObject({ size: 300, dropped: 700 });
  expect(msOf(buffer)).toEqual(range(700, 1_000));
});

test('H3: a slice holds only calls of one time span, and says when its newest was made', () => {
  const buffer = new DeltaBuffer(300);
  for (const at of [0, 30_000, 60_000, 60_001]) buffer.push(call(at), at);
  expect(buffer.take(100, 60_000)).toMatchObject({ count: 3, lastAt: 60_000 });
  expect(buffer.take(100, 60_000)).toMatchObject({ count: 1, lastAt: 60_001 });
  expect(buffer.take(100, 60_000)).toMatchObject({ count: 0 });
});

test('H3: each kind of call lands in its own list with its own fields', () => {
  const buffer = new DeltaBuffer(300);
  buffer.push({ kind: 'tip', outcome: 'failed', ms: 5, extra: 700 }, 1);
  buffer.push({ kind: 'cycle', outcome: 'ok', ms: 6, extra: -2 }, 2);
  buffer.push({ kind: 'llm', outcome: 'timeout', ms: 7, extra: 0 }, 3);
  expect(buffer.take(10, 10).deltas).toEqual({
    llmCalls: [[7, 'timeout']],
    tips: [[700, 5, 'failed']],
    cycles: [[6, -2, 'ok']],
  });
});
