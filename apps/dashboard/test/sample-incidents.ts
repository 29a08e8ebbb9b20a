import { Incident, type IncidentInput } from '@yoban/shared/contracts/incident';
import type { IncidentFigures, IncidentPage } from '@yoban/shared/contracts/incident-figures';
import { DAY, HOUR, isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import type { Scenario } from './sample-health.ts';

const common = { service: 'ailife', lastError: null, alertedAt: null, recoveredAt: null, recoveredBy: null };

/** A process that went down, was started again by a repair, and whose last phase came late. */
function repaired(nowMs: number): Incident {
  const began = nowMs - 2 * HOUR - 27 * MINUTE;
  const at = (s: number) => isoTime(began + s * SECOND);
  const phase = (name: string, due: number, ended: number) => ({
    ...{ name, startedAt: at(0.4), dueAt: at(0.4 + due), endedAt: at(0.4 + ended), late: ended > due },
  });
  const start = { exitCode: 0, by: 'yoban', attemptMax: 3, durationMs: 1_900 };
  return Incident.parse({
    ...{ ...common, id: '0310-2203', fault: 'process_down', beganAt: at(0), detectedAt: at(0.4), alertedAt: at(10.4) },
    ...{ recoveredAt: at(41.4), recoveredBy: 'yoban', revision: 9 },
    ...{ cause: 'grace_over', lastError: 'SQLITE_BUSY, database is locked' },
    actions: [
      { ...start, name: 'restart', startedAt: at(11), attempt: 1, ok: false, exitCode: 1, detail: 'not healthy yet' },
      { ...start, name: 'restart', startedAt: at(26), attempt: 2, ok: true, detail: '' },
    ],
    phases: [
      phase('process_up', 10, 6.2),
      phase('viewers_synced', 30, 11.4),
      phase('stream_up', 60, 24),
      phase('platforms_fresh', 120, 131),
    ],
    evidence: ['evidence/0310-2203'],
    reports: ['reports/recovery-20260310_220359.md'],
  });
}

export function sampleIncidents(scenario: Scenario, nowMs: number): Incident[] {
  if (scenario === 'empty') return [];
  const at = (ms: number) => isoTime(nowMs - ms);
  const past: IncidentInput[] = [
    {
      ...{
        ...common,
        id: '0308-0412',
        fault: 'tunnel_down',
        cause: 'funnel: "Funnel on" is missing',
        severity: 'warning',
      },
      ...{ beganAt: at(3 * DAY + 9.8 * SECOND), detectedAt: at(3 * DAY), recoveredAt: at(3 * DAY - 52 * SECOND) },
      ...{ service: 'picoclaw', recoveredBy: 'yoban', note: 'the router was restarted' },
    },
    {
      ...{ ...common, id: '0303-1150', fault: 'process_restarted', cause: 'exit', severity: 'info', falseAlarm: true },
      ...{ detectedAt: at(8 * DAY), recoveredAt: at(8 * DAY - 6.2 * SECOND), recoveredBy: 'supervisor' },
    },
  ];
  const ended = [repaired(nowMs), ...past.map((one) => Incident.parse(one))];
  if (scenario !== 'down') return ended;
  const open = {
    ...{ ...common, id: '0311-0029', fault: 'process_down', cause: 'grace_over' },
    ...{ beganAt: at(34.4 * SECOND), detectedAt: at(34 * SECOND), alertedAt: at(24 * SECOND) },
    lastError: 'SQLITE_BUSY, database is locked',
    phases: [
      { name: 'process_up', startedAt: at(24 * SECOND), endedAt: null, dueAt: at(24 * SECOND), late: true },
      { name: 'viewers_synced', startedAt: null, endedAt: null, dueAt: at(4 * SECOND), late: false },
    ],
  };
  return [Incident.parse(open), ...ended];
}

/** What the server answers; the figures are fixed, as far as a picture needs them. */
export function sampleIncidentPage(scenario: Scenario, nowMs: number): IncidentPage {
  const incidents = sampleIncidents(scenario, nowMs);
  const none = { known: 0, meanMs: null, medianMs: null };
  const empty = incidents.length === 0;
  const all: IncidentFigures = {
    ...{ service: null, incidents: incidents.length, open: scenario === 'down' ? 1 : 0 },
    ...{ falseAlarms: empty ? 0 : 1, falseAlarmPercent: empty ? null : 4.2 },
    detect: empty ? none : { known: 2, meanMs: 5_100, medianMs: 5_100 },
    recover: empty ? none : { known: 2, meanMs: 46_500, medianMs: 46_500 },
    ...{ ended: empty ? 0 : 2, automatic: empty ? 0 : 2, automaticPercent: empty ? null : 100 },
  };
  const period = { from: isoTime(nowMs - 30 * DAY), to: isoTime(nowMs) };
  const figures = empty ? [all] : [all, { ...all, service: 'ailife' }, { ...all, service: 'picoclaw', open: 0 }];
  return { incidents, next: null, period, figures };
}
