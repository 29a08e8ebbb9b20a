import type { BackupOverview } from '@yoban/shared/contracts/backup';
import type { TimeWindow } from '../../lib/series-window.ts';

/** A backup in the picture of the day: `tall` = daily or weekly. */
export interface BackupMark {
  id: string;
  at: number;
  tall: boolean;
  state: 'ok' | 'error';
}

/** Every backup of the window, oldest first, and the last run when it failed. Files in the overview are verified (B3). */
export function backupMarks(overview: BackupOverview, window: TimeWindow): BackupMark[] {
  const place = (iso: string) => (Date.parse(iso) - window.fromMs) / (window.toMs - window.fromMs);
  const marks: BackupMark[] = overview.files.map((file) => ({
    id: file.id,
    at: place(file.takenAt),
    tall: file.tier !== 'hourly',
    state: 'ok',
  }));
  const { lastRun } = overview;
  if (lastRun?.state === 'failed') {
    marks.push({ id: lastRun.id, at: place(lastRun.endedAt), tall: lastRun.tier !== 'hourly', state: 'error' });
  }
  return marks.filter(({ at }) => at >= 0 && at <= 1).sort((a, b) => a.at - b.at);
}
