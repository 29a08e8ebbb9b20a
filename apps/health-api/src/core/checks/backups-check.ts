import type { BackupFile, BackupOverview } from '@yoban/shared/contracts/backup';
import type { HealthResponse } from '@yoban/shared/contracts/health';
import { MINUTE } from '@yoban/shared/contracts/time';
import type { Finding, Judged, Observed, ObservedOverview } from '../observed.ts';
import { type Freshness, notConfigured } from '../staleness.ts';

type BackupsShown = HealthResponse['checks']['backups'];

/** A due run may take this long before its silence counts as staleness: it covers a large database on a slow disk. */
const overdueMs = 30 * MINUTE;

/**
 * Backups of the service's databases; the numbers are of the first one (its size as the file is now, else
 * as the newest copy was), the findings of all. The worker tells of each change, not
 * at an interval, so its word is stale when a run that it announced itself is half an hour overdue.
 */
export function backupsCheck(seen: Observed, now: number): Judged<BackupsShown> {
  const [first] = seen.settings.databases;
  if (first === undefined) return { shown: shownOf(null, [], notConfigured), findings: [] };
  const findings = seen.settings.databases.flatMap((db) => findingsOf(db, seen.overviews.get(db) ?? null, now));
  const observed = seen.overviews.get(first) ?? null;
  const shown = shownOf(observed?.overview ?? null, findings, freshness(observed, now));
  return { shown: { ...shown, db_size_mb: seen.databases.get(first)?.sizeMb ?? shown.db_size_mb }, findings };
}

function freshness(observed: ObservedOverview | null, now: number): Freshness {
  if (!observed) return { stale: true, age_s: null, configured: true };
  const { next } = observed.overview;
  const stale = next !== null && now > Date.parse(next.at) + overdueMs;
  return { stale, age_s: Math.max(0, Math.round((now - observed.at) / 1000)), configured: true };
}

function findingsOf(db: string, observed: ObservedOverview | null, now: number): Finding[] {
  const check = `backups.${db}`;
  const degraded = (code: string, value: number | null, limit: number | null): Finding[] => [
    { code, check, impact: 'degraded', value, limit },
  ];
  const fresh = freshness(observed, now);
  if (fresh.stale) return degraded('backups_stale', fresh.age_s, observed ? overdueMs / 1000 : null);
  return observed?.overview.lastRun?.state === 'failed' ? degraded('backup_failed', null, null) : [];
}

function shownOf(overview: BackupOverview | null, findings: readonly Finding[], fresh: Freshness): BackupsShown {
  const newest = newestFile(overview);
  const run = overview?.lastRun ?? null;
  const failed = findings.some((one) => one.code === 'backup_failed');
  return {
    status: failed ? 'error' : findings.length > 0 ? 'warning' : 'ok',
    last_at: run?.endedAt ?? newest?.takenAt ?? '',
    last_ok: run ? run.state === 'ok' : newest ? true : null,
    verified_at: newest?.verifiedAt ?? '',
    last_drill_at: '',
    next_at: overview?.next?.at ?? '',
    next_tier: overview?.next?.tier ?? '',
    db_size_mb: newest ? Math.round((newest.databaseBytes / 1024 / 1024) * 100) / 100 : null,
    ...fresh,
  };
}

/** The newest good backup of a database; every file of the overview was verified before it got its name (B3). */
export function newestFile(overview: BackupOverview | null): BackupFile | null {
  const files = overview?.files ?? [];
  return files.reduce<BackupFile | null>((best, file) => (best && best.takenAt >= file.takenAt ? best : file), null);
}
