import { type ProbeReading, RecoveryReport } from '@yoban/host-tools/reports/recovery-report';
import type { Incident } from '@yoban/shared/contracts/incident';

/** The report of an incident as it is now. `readings` are what the probes said last; `before` is what an earlier report kept of them. */
export function reportOf(
  incident: Incident,
  readings: readonly ProbeReading[],
  before: readonly ProbeReading[] | null,
): RecoveryReport {
  const { id, service, fault, detectedAt, recoveredAt, recoveredBy, evidence, actions, phases } = incident;
  const kick = actions.find(({ by }) => by !== 'yoban')?.by;
  const isOver = recoveredAt !== null;
  return RecoveryReport.parse({
    ...{ version: 1, id, service, fault, detectedAt, evidence, actions, phases, recoveredBy },
    trigger: {
      ...{ kind: kick === undefined ? 'fault' : 'kick', by: kick ?? 'yoban' },
      ...{ cause: incident.cause, lastError: incident.lastError },
    },
    endedAt: recoveredAt,
    durationMs: isOver ? Math.max(0, Date.parse(recoveredAt) - Date.parse(detectedAt)) : null,
    result: isOver
      ? 'recovered'
      : actions.some(({ ok }) => ok === null) || actions.length === 0
        ? 'under-way'
        : 'not-recovered',
    before: before ?? readings,
    after: before === null ? [] : readings,
  });
}
