import type { BackupFile, BackupOverview, BackupRun, Tier } from '@yoban/shared/contracts/backup';
import { isoTime } from '@yoban/shared/contracts/time';
import { nextRun, type Schedule, tierOrder } from './due-runs.ts';

/** How many files the read model shows; the sums count all of them. */
const shownFiles = 100;

export interface OverviewInput {
  db: string;
  service: string | null;
  schedules: readonly Schedule[];
  /** How many files each tier keeps. */
  keepByTier: Readonly<Record<Tier, number>>;
  lastRun: BackupRun | null;
  /** Good files, newest first. */
  files: readonly BackupFile[];
  now: number;
}

/** The read model of one database: what is there, how many files and bytes a tier holds of how many it keeps (B5), what comes next. */
export function overviewOf(input: OverviewInput): BackupOverview {
  const { db, service, schedules, keepByTier, lastRun, files, now } = input;
  const next = nextRun(schedules, now);
  const bytesOf = (some: readonly BackupFile[]) => some.reduce((sum, file) => sum + file.sizeBytes, 0);
  return {
    db,
    service,
    next: next && { at: isoTime(next.atMs), tier: next.tier },
    lastRun,
    files: files.slice(0, shownFiles),
    bytesByTier: Object.fromEntries(tierOrder.map((tier) => [tier, bytesOf(files.filter((f) => f.tier === tier))])),
    keepByTier: { ...keepByTier },
    totalBytes: bytesOf(files),
  };
}
