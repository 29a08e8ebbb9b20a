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
  for (const at of [0, 30_000, 60_000, 61_999]) buffer.push(call(at), at);
  expect(buffer.take(100, 60_000)).toMatchObject({ count: 3, lastAt: 60_000 });
  expect(buffer.take(100, 60_000)).toMatchObject({ count: 1, lastAt: 61_000 });
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

const tip = (yen: number): DeltaEvent => ({ kind: 'tip', outcome: 'ok', ms: 1, extra: yen });

test('H3: money comes out to the thousandth of a yen, also an amount that the narrow ring cannot hold', () => {
  const buffer = new DeltaBuffer(300);
  const amounts = [100, 748.35, 49_999.999, 16_777_217, 1e300, 120];
  for (const yen of amounts) buffer.push(tip(yen), 1_000);
  expect(buffer.take(10, 10).deltas.tips.map(([yen]) => yen)).toEqual(amounts);
});

test('H4: a duration keeps its microseconds, and one beyond all reason stays a number that JSON can say', () => {
  const buffer = new DeltaBuffer(300);
  for (const ms of [120.457, 15_999.999, 1e300]) buffer.push(call(ms), 1_000);
  buffer.push({ kind: 'cycle', outcome: 'ok', ms: 1, extra: -1e300 }, 1_000);
  const { llmCalls, cycles } = buffer.take(10, 10).deltas;
  expect(llmCalls.map(([ms]) => ms).slice(0, 2)).toEqual([120.457, 15_999.999]);
  expect([llmCalls[2]?.[0], cycles[0]?.[1]].every(Number.isFinite)).toBe(true);
});
