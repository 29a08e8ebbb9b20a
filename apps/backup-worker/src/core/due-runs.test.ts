import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideTier, dueRuns, type KnownRun, nextRun, type Schedule } from './due-runs.ts';

const zone = 'Asia/Tokyo';
const at = (text: string) => Date.parse(`${text}+09:00`);
const since = at('2026-01-01T00:00:00');
const crons = { hourly: '0 */3 * * *', daily: '0 0 * * *', weekly: '0 0 * * 0' } as const;
const schedule = (tier: keyof typeof crons, db = 'game'): Schedule => ({
  db,
  tier,
  cron: crons[tier],
  zone,
  sinceMs: since,
});
const run = (tier: keyof typeof crons, due: string, over: Partial<KnownRun> = {}): KnownRun => ({
  db: 'game',
  tier,
  dueAtMs: at(due),
  endedAtMs: at(due) + 2_000,
  state: 'ok',
  ...over,
});
const moment = (text: string, awake = text) => ({ now: at(text), awakeSinceMs: at(awake) - HOUR });

// 2026-03-15 is a Sunday.
test('B1: tiers due together come in the order hourly, daily, weekly', () => {
  const schedules = [schedule('weekly'), schedule('hourly'), schedule('daily')];
  expect(dueRuns(schedules, [], moment('2026-03-15T00:00:05')).map((one) => one.tier)).toEqual([
    'hourly',
    'daily',
    'weekly',
  ]);
});

test('B1: each tier follows its own pattern in the configured zone', () => {
  const schedules = [schedule('hourly'), schedule('daily'), schedule('weekly')];
  const known = [run('daily', '2026-03-11T00:00:00'), run('weekly', '2026-03-08T00:00:00')];
  expect(dueRuns(schedules, known, moment('2026-03-11T15:00:01'))).toEqual([
    { db: 'game', tier: 'hourly', dueAtMs: at('2026-03-11T15:00:00'), trigger: 'schedule' },
  ]);
});

test('B9: a due time that has its run is not due again', () => {
  const decision = decideTier(schedule('hourly'), run('hourly', '2026-03-11T15:00:00'), moment('2026-03-11T15:00:31'));
  expect(decision).toEqual({ due: false, reason: 'done', untilMs: at('2026-03-11T18:00:00') });
});

test('B9: after downtime each tier is caught up once, for its newest due time', () => {
  const now = at('2026-03-11T10:10:00');
  const due = dueRuns([schedule('hourly'), schedule('daily')], [run('hourly', '2026-03-09T03:00:00')], {
    now,
    awakeSinceMs: now - 1_000,
  });
  expect(due).toEqual([
    { db: 'game', tier: 'hourly', dueAtMs: at('2026-03-11T09:00:00'), trigger: 'catch-up' },
    { db: 'game', tier: 'daily', dueAtMs: at('2026-03-11T00:00:00'), trigger: 'catch-up' },
  ]);
});

test('a new schedule owes nothing from before it began', () => {
  const fresh = { ...schedule('hourly'), sinceMs: at('2026-03-11T14:59:00') };
  expect(decideTier(fresh, null, moment('2026-03-11T14:59:30'))).toMatchObject({ due: false, reason: 'not-yet' });
  expect(decideTier(fresh, null, moment('2026-03-11T15:00:00'))).toMatchObject({ due: true });
});

test('a failed run is tried again after five minutes, not at each tick', () => {
  const failed = run('hourly', '2026-03-11T15:00:00', { state: 'failed' });
  const at5 = failed.endedAtMs + 5 * MINUTE;
  const decide = (now: number) => decideTier(schedule('hourly'), failed, { now, awakeSinceMs: now - HOUR });
  expect(decide(at5 - 1)).toEqual({ due: false, reason: 'backing-off', untilMs: at5 });
  expect(decide(at5)).toMatchObject({ due: true, run: { dueAtMs: failed.dueAtMs } });
});

test('a run from a clock that was wrong does not stop the schedule', () => {
  const ahead = run('hourly', '2030-03-11T18:00:00');
  expect(decideTier(schedule('hourly'), ahead, moment('2026-03-11T16:00:00'))).toMatchObject({ due: true });
});

test('the next run is the earliest of the tiers', () => {
  const all = [schedule('daily'), schedule('weekly'), schedule('hourly')];
  expect(nextRun(all, at('2026-03-11T15:00:00'))).toEqual({ atMs: at('2026-03-11T18:00:00'), tier: 'hourly' });
  expect(nextRun(all, at('2026-03-14T23:00:00'))).toEqual({ atMs: at('2026-03-15T00:00:00'), tier: 'hourly' });
  expect(nextRun([], 0)).toBeNull();
});

test('B9: whenever it is asked, running what is due leaves nothing due, and each due time is run at most once', () => {
  const moments = fc.array(fc.integer({ min: 0, max: 40 * 24 * 60 }), { minLength: 1, maxLength: 25 });
  fc.assert(
    fc.property(moments, (minutes) => {
      const schedules = [schedule('hourly'), schedule('daily'), schedule('weekly'), schedule('hourly', 'other')];
      const known: KnownRun[] = [];
      const seen = new Set<string>();
      for (const minute of minutes.sort((a, b) => a - b)) {
        const now = since + minute * MINUTE;
        for (const due of dueRuns(schedules, known, { now, awakeSinceMs: now })) {
          const key = `${due.db} ${due.tier} ${due.dueAtMs}`;
          expect(seen.has(key)).toBe(false);
          expect(due.dueAtMs).toBeLessThanOrEqual(now);
          seen.add(key);
          known.unshift({ ...due, endedAtMs: now, state: 'ok' });
        }
        expect(dueRuns(schedules, known, { now, awakeSinceMs: now })).toEqual([]);
      }
    }),
    { numRuns: 30 },
  );
});
