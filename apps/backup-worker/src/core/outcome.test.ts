import type { BackupRun, BackupTrigger, Tier } from '@yoban/shared/contracts/backup';
import { isoTime } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { type Before, type FailingTier, tellRun } from './outcome.ts';

const now = Date.parse('2026-03-11T06:00:05Z');
const base = (tier: Tier, trigger: BackupTrigger) => ({
  id: `run-${tier}`,
  db: 'game',
  tier,
  dueAt: isoTime(now - 5_000),
  trigger,
  startedAt: isoTime(now - 4_000),
  endedAt: isoTime(now),
});
const good = (tier: Tier = 'hourly', trigger: BackupTrigger = 'schedule'): BackupRun => ({
  ...base(tier, trigger),
  state: 'ok',
  file: {
    ...{ id: `run-${tier}`, db: 'game', tier, path: '/b/x.sqlite', trigger, journalMode: 'wal' },
    ...{ takenAt: isoTime(now), dueAt: isoTime(now), verifiedAt: isoTime(now) },
    ...{ sizeBytes: 2_500_000, databaseBytes: 2_500_000, sha256: '0'.repeat(64), durationMs: 1_250 },
  },
});
const bad = (tier: Tier = 'hourly', code = 'DISK_FULL', trigger: BackupTrigger = 'schedule'): BackupRun => ({
  ...base(tier, trigger),
  ...{ state: 'failed', code, message: 'no space on /b', hint: 'Free space.' },
});
const before: Before = { service: 'ailife', failing: [], attempt: 1, now };
const kinds = (run: BackupRun, failing: FailingTier[] = []) =>
  tellRun(run, { ...before, failing }).events.map((event) => `${event.kind} ${event.alertType}`);
const after = (runs: BackupRun[]) =>
  runs.reduce<FailingTier[]>((failing, run) => tellRun(run, { ...before, failing }).failing, []);

test('B6: a good run is an INFO with size and duration', () => {
  expect(tellRun(good(), before)).toMatchObject({
    failing: [],
    events: [
      { kind: 'info', alertType: 'backup_ok', params: { db: 'game', tier: 'hourly', sizeMb: 2.5, seconds: 1.25 } },
    ],
  });
});

test('B6: a failed run is CRITICAL with its cause and the way out', () => {
  expect(tellRun(bad(), before)).toMatchObject({
    failing: [{ db: 'game', tier: 'hourly', manual: false }],
    events: [{ kind: 'raise', level: 'critical', params: { detail: 'no space on /b', hint: 'Free space.' } }],
  });
});

test('a run that fails again is not raised again, and the first good one clears it', () => {
  expect(kinds(bad(), after([bad()]))).toEqual([]);
  expect(kinds(good(), after([bad(), bad()]))).toEqual(['clear backup_failed', 'info backup_ok']);
});

test('with two tiers failing the alert stays until both work', () => {
  const failing = after([bad('hourly'), bad('daily')]);
  expect(kinds(good('hourly'), failing)).toEqual(['info backup_ok']);
  expect(kinds(good('daily'), after([bad('hourly'), bad('daily'), good('hourly')]))).toContain('clear backup_failed');
});

test('a failed manual run is ended by any good run of its database', () => {
  const failing = after([bad('weekly', 'DB_LOCKED', 'manual')]);
  expect(kinds(good('hourly'), failing)).toContain('clear backup_failed');
});

test('giving way to a restore is no failure, but a due time that is interrupted a third time is', () => {
  const interrupted = bad('hourly', 'BACKUP_INTERRUPTED');
  expect(tellRun(interrupted, { ...before, attempt: 2 })).toEqual({ failing: [], events: [] });
  expect(tellRun(interrupted, { ...before, attempt: 3 }).events).toMatchObject([{ kind: 'raise' }]);
});

test('a good run that is told two hours late sends no message, a recovery still does', () => {
  const late = (failing: FailingTier[]) => tellRun(good(), { ...before, failing, now: now + 7_200_000 }).events;
  expect(late([])).toEqual([]);
  expect(late(after([bad()])).map((event) => event.kind)).toEqual(['clear']);
});
