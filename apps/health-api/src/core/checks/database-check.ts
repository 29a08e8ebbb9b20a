import type { CheckOf } from '@yoban/shared/contracts/check';
import type { DatabaseSummary, HealthResponse } from '@yoban/shared/contracts/health';
import { DAY } from '@yoban/shared/contracts/time';
import type { z } from 'zod';
import type { Finding, Judged, ObservedOverview } from '../observed.ts';
import { freshnessOf, notConfigured, staleFinding } from '../staleness.ts';

type DatabaseShown = HealthResponse['checks']['database'];

/** What is known of one database: the watchdog's look at the file, and the newest verified copy of it. */
export interface ObservedDatabase {
  name: string;
  service: string | null;
  check: CheckOf<'database'> | null;
  overview: ObservedOverview | null;
}

/** H1: integrity is ok only while a check that is younger than this has passed. */
const integrityHoldsMs = DAY;
const unheardEveryMs = 5_000;

/** One database by the default table (H2): missing, damaged or no database = error and unhealthy; not seen = error but degraded. */
export function databaseCheck(database: ObservedDatabase, now: number): Judged<DatabaseShown> {
  const { check } = database;
  const everyMs = check?.everyMs ?? unheardEveryMs;
  const fresh = freshnessOf(check ? Date.parse(check.observedAt) : null, everyMs, now);
  const name = `database.${database.name}`;
  const findings = fresh.stale ? staleFinding(name, fresh, everyMs) : stateFindings(name, check);
  const bad = findings.length > 0;
  return {
    shown: {
      status: bad ? 'error' : 'ok',
      size_mb: check?.sizeMb ?? 0,
      last_write: check?.lastWriteAt ?? '',
      integrity: !bad && integrityHolds(database, now) ? 'ok' : 'unknown',
      ...fresh,
    },
    findings,
  };
}

/** The classic fields where no database is configured: the shape stays, the roll-up does not look. */
export const noDatabase: DatabaseShown = {
  status: 'ok',
  size_mb: 0,
  last_write: '',
  integrity: 'unknown',
  ...notConfigured,
};

function stateFindings(check: string, seen: CheckOf<'database'> | null): Finding[] {
  if (!seen || seen.state === 'ok') return [];
  const impact = seen.state === 'unknown' ? 'degraded' : 'unhealthy';
  return [{ code: `database_${seen.state.replace('-', '_')}`, check, impact, value: null, limit: null }];
}

function integrityHolds({ check, overview }: ObservedDatabase, now: number): boolean {
  const passed = [
    check?.integrityOkAt ? Date.parse(check.integrityOkAt) : 0,
    ...(overview?.overview.files ?? []).map((file) => Date.parse(file.takenAt)),
  ];
  return now - Math.max(...passed) < integrityHoldsMs;
}

/** The entry of additive `databases[]`. */
export function databaseSummary(database: ObservedDatabase, now: number): z.infer<typeof DatabaseSummary> {
  const { shown } = databaseCheck(database, now);
  return {
    name: database.name,
    service: database.service,
    status: shown.status,
    size_mb: shown.size_mb,
    last_write: shown.last_write,
    integrity: shown.integrity,
  };
}
