import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ProbeReading, RecoveryReport, recoveryReportName } from '@yoban/host-tools/reports/recovery-report';
import { type ReportStyle, writeRecoveryReport } from '@yoban/host-tools/reports/write-recovery-report';
import { Incident } from '@yoban/shared/contracts/incident';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { asOpsError, hasErrno } from '@yoban/shared/errors';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { Database } from 'better-sqlite3';
import { PolicyState } from '../core/policy/policy-state.ts';
import { reportOf } from './report-of.ts';

interface ReportDeps {
  db: Database;
  style: ReportStyle;
  log: Log;
  stop: Pick<StopStack, 'push'>;
  /** Epoch ms. */
  now: () => number;
}

/** An incident changes as long as it stands, and a little longer; older ones are left as they were written. */
const lookBackMs = 24 * 3_600_000;
const retryMs = 5_000;

/**
 * Keeps the report of each recovery as its incident is (P7): written when it is detected, and again at every change. The incidents in
 * the store are the truth, so a report that a kill or a full disk kept from being written is written later.
 * @returns a nudge: incidents may have changed
 */
export function startRecoveryReports({ db, style, log, stop, now }: ReportDeps): () => void {
  const written = new Map<string, number>();
  const recent = db.prepare<[number], string>(
    'SELECT incident FROM incidents WHERE detected_at > ? OR recovered_at IS NULL ORDER BY detected_at',
  );
  const stateOf = db.prepare<[string], string>('SELECT state FROM policy_state WHERE service = ?');
  const look = async () => {
    const rows = recent.pluck().all(now() - lookBackMs);
    for (const incident of rows.map((text) => Incident.parse(JSON.parse(text)))) {
      if (incident.reports.length === 0 || written.get(incident.id) === incident.revision) continue;
      const readings = readingsIn(stateOf.pluck().get(incident.service));
      const report = reportOf(incident, readings, await beforeOf(incident, style));
      const file = await writeRecoveryReport(report, style);
      written.set(incident.id, incident.revision);
      log.info({ event: 'recovery.reported', service: incident.service, incident: incident.id, file });
    }
    return null;
  };
  const loop = createNudgedLoop({
    ...{ look, retryMs },
    onAway: (error) => log.warn({ event: 'recovery.not_reported', reason: asOpsError(error).message }),
    onBack: () => undefined,
  });
  stop.push('recovery reports', () => loop.stop());
  loop.nudge();
  return loop.nudge;
}

/** What every probe of the service said when it was looked at last. */
function readingsIn(text: string | undefined): ProbeReading[] {
  const state = text === undefined ? null : PolicyState.safeParse(JSON.parse(text));
  if (!state?.success) return [];
  return Object.entries(state.data.probes).flatMap(([probe, { seen }]) =>
    seen ? [{ probe, state: seen.unknown ? 'unknown' : seen.passes ? 'passes' : 'fails', detail: seen.detail }] : [],
  );
}

/** What the first report of this recovery kept of the probes; null where there is none yet. */
async function beforeOf(incident: Incident, { reportsDir, zone }: ReportStyle): Promise<ProbeReading[] | null> {
  const file = path.join(reportsDir, `${recoveryReportName(incident, zone)}.json`);
  try {
    const parsed = jsonText(RecoveryReport).safeParse(await readFile(file, 'utf8'));
    return parsed.success ? parsed.data.before : null;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
