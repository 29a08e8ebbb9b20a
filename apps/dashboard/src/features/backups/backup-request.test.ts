import { describe, expect, test } from 'vitest';
import { sampleBackups } from '../../../test/sample-history.ts';
import { backupMarks } from './backup-marks.ts';
import { type BackupRequest, followRequest, SHOWN_FOR_MS } from './backup-request.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');
const [overview] = sampleBackups('healthy', nowMs);
if (!overview?.lastRun) throw new Error('the sample has no run');
const { lastRun } = overview;
const running: BackupRequest = {
  kind: 'running',
  db: 'game',
  requestId: 'r1',
  beforeRunId: lastRun.id,
  sinceMs: 0,
};

describe('a backup asked for by hand', () => {
  test('runs until the overview shows a newer run', () => {
    expect(followRequest(running, overview, 1_000)).toBe(running);
    const made = { ...overview, lastRun: { ...lastRun, id: 'newer' } };
    expect(followRequest(running, made, 1_000)).toMatchObject({ kind: 'done', run: { id: 'newer' }, atMs: 1_000 });
  });
  test('is not taken for failed when it takes long', () => {
    expect(followRequest(running, overview, 121_000).kind).toBe('slow');
  });
  test('frees the button after its result was readable', () => {
    const refused: BackupRequest = { kind: 'refused', why: 'no', atMs: 0 };
    expect(followRequest(refused, overview, SHOWN_FOR_MS)).toBe(refused);
    expect(followRequest(refused, overview, SHOWN_FOR_MS + 1).kind).toBe('idle');
  });
});

describe('the picture of the day', () => {
  const window = { fromMs: nowMs - 86_400_000, toMs: nowMs };
  test('has every file of the last 24 h, oldest first, daily ones tall', () => {
    const marks = backupMarks(overview, window);
    expect(marks).toHaveLength(9);
    expect(marks.filter(({ tall }) => tall)).toHaveLength(1);
    expect(marks.map(({ at }) => at)).toEqual(marks.map(({ at }) => at).toSorted((a, b) => a - b));
  });
  test('shows a failed run as an error', () => {
    const failed = {
      ...overview,
      lastRun: {
        state: 'failed' as const,
        id: 'f1',
        db: 'game',
        tier: 'hourly' as const,
        dueAt: lastRun.dueAt,
        trigger: 'schedule' as const,
        startedAt: lastRun.startedAt,
        endedAt: new Date(nowMs - 1_000).toISOString(),
        code: 'DISK_FULL',
        message: 'no space left',
        hint: 'free some',
      },
    };
    expect(backupMarks(failed, window).at(-1)).toMatchObject({ state: 'error', tall: false });
  });
});
