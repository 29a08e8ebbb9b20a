import type { PingRecord } from '@yoban/shared/contracts/ping';
import { expect, test } from 'vitest';
import { judgeHeartbeat } from './judge-heartbeat.ts';

const minute = 60_000;
const hour = 60 * minute;
const fresh: PingRecord = {
  ...{ since: 0, lastPingAt: null, lastGoodAt: null, startedAt: null },
  ...{ durationMs: null, failed: null, note: null },
};

/** A job of each day with an hour's grace, some hours after the beginning. */
const judge = (record: Partial<PingRecord>, atHour: number, gaps: [number, number][] = []) =>
  judgeHeartbeat(
    {
      record: { ...fresh, ...record },
      listening: { seenAt: atHour * hour, gaps: gaps.map(([from, to]) => ({ from: from * hour, to: to * hour })) },
      ...{ periodMs: 24 * hour, graceMs: hour },
    },
    atHour * hour,
  );

test('a job is in time until its period and its grace are over', () => {
  expect(judge({ lastGoodAt: 0, durationMs: 90_000 }, 1)).toEqual({
    ...{ is: 'good', value: 3_600, unit: 's' },
    detail: 'reported 1 h ago, took 1.5 min',
  });
  expect(judge({ lastGoodAt: 0 }, 25).is).toBe('good');
  expect(judge({ lastGoodAt: 0 }, 25.01)).toMatchObject({
    is: 'bad',
    detail: 'last reported 1 d ago; it is due each 1 d',
  });
});

test('a job that never reported is waited for, then missed', () => {
  expect(judge({}, 25)).toMatchObject({ is: 'unknown', detail: 'has not reported yet' });
  expect(judge({}, 26)).toMatchObject({ is: 'bad', detail: 'never reported; it is due each 1 d' });
});

test('a failure that it told counts at once, whatever else is in time', () => {
  const failed = { at: 10 * hour, exitCode: 3 };
  expect(judge({ lastGoodAt: 9 * hour, failed }, 10.5)).toMatchObject({
    is: 'bad',
    detail: 'ended with exit code 3 30 min ago',
  });
  expect(judge({ failed: { at: 10 * hour, exitCode: null } }, 10.5).detail).toBe('said that it failed 30 min ago');
});

test('a run that began has its grace to end', () => {
  const running = { lastGoodAt: 0, startedAt: 24 * hour };
  expect(judge(running, 24.9)).toMatchObject({ is: 'good', detail: 'runs for 54 min' });
  expect(judge(running, 25.1)).toMatchObject({ is: 'bad', detail: 'began 1.1 h ago and has not ended, over 1 h' });
});

test('the silence of a time when nobody listened proves nothing, until the next word is due', () => {
  const daily = { lastGoodAt: 0 };
  expect(judge(daily, 26, [[23.5, 24.5]])).toMatchObject({
    is: 'unknown',
    detail: 'last reported 1.1 d ago; it is due each 1 d, but a ping may be lost: nobody listened for 1 h',
  });
  expect(judge(daily, 49.4, [[23.5, 24.5]]).is).toBe('unknown');
  expect(judge(daily, 49.6, [[23.5, 24.5]]).is).toBe('bad');
  expect(judge(daily, 26, [[10, 12]]).is, 'away when none was due').toBe('bad');
  const running = { lastGoodAt: 0, startedAt: 24 * hour };
  expect(judge(running, 26, [[24.2, 24.3]]).is).toBe('unknown');
});

test('nobody listens, or not for this token yet: not to be known', () => {
  const now = 10 * hour;
  const input = { record: { ...fresh, lastGoodAt: now }, periodMs: hour, graceMs: minute };
  const heardAt = (seenAt: number) => judgeHeartbeat({ ...input, listening: { seenAt, gaps: [] } }, now);
  expect(heardAt(now - 29_000).is).toBe('good');
  expect(heardAt(now - 31_000)).toMatchObject({ is: 'unknown', detail: 'health-api does not listen for pings now' });
  expect(judgeHeartbeat({ ...input, listening: null }, now).is).toBe('unknown');
  expect(judgeHeartbeat({ ...input, record: null, listening: { seenAt: now, gaps: [] } }, now).is).toBe('unknown');
});

test('a clock that went back makes nothing overdue', () => {
  expect(judge({ lastGoodAt: 5 * hour }, 4)).toMatchObject({ is: 'good', value: 0 });
});
