import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { AlertAudit, AlertTest } from '@yoban/shared/contracts/alert-command';
import type { CheckOf } from '@yoban/shared/contracts/check';
import type { Incident } from '@yoban/shared/contracts/incident';
import type { AlertFlag } from '../core/alert-step.ts';
import type { OutsideGroup } from '../core/alertmanager/step-posted.ts';
import type { ObservedDatabase } from '../core/checks/database-check.ts';
import type { Counters } from '../core/counters.ts';
import { emptyHour, type HourWindow, hourCounts } from '../core/hour-window.ts';
import type { SettledStatus } from '../core/hysteresis.ts';
import type { KnownSilence } from '../core/known-silence.ts';
import type { Finding, LatestReport, Observed, ObservedOverview, ServiceSettings } from '../core/observed.ts';
import type { SinceByFinding } from '../core/reasons.ts';

/** Everything that is remembered of one service between two inputs. */
export interface ServiceState {
  settings: ServiceSettings;
  report: LatestReport | null;
  hour: HourWindow;
  llmLastOkAt: number | null;
  counters: Counters;
  /** The counters hold what the file had: without a file at the start they begin at nothing and are added to it later. */
  countersRecalled: boolean;
  process: CheckOf<'process'> | null;
  liveness: CheckOf<'liveness'> | null;
  probes: Map<string, CheckOf<'probe'>>;
  flags: Map<string, AlertFlag>;
  settled: SettledStatus | null;
  since: SinceByFinding;
  /** The newest evaluation that found something: the reason shown while a status still waits for its second good one. */
  lastFindings: readonly Finding[];
}

/** What answers are made of. It lives in memory, so that an answer never waits for a disk; the store is its memory across restarts. */
export interface ReadModel {
  primary: string;
  primaryState: ServiceState;
  services: Map<string, ServiceState>;
  /** In the order of the configuration. */
  databases: readonly { name: string; service: string | null; path: string }[];
  databaseChecks: Map<string, CheckOf<'database'>>;
  overviews: Map<string, ObservedOverview>;
  system: CheckOf<'system'> | null;
  alerts: Map<string, AlertRecord>;
  /** Of each alert in `alerts`: which of its changes is known. */
  alertVersions: Map<string, number>;
  incidents: Map<string, Incident>;
  silences: Map<string, KnownSilence>;
  /** By `<id of the command>/<channel>`. */
  alertTests: Map<string, AlertTest>;
  /** What became of commands to the alerter, by their ids. */
  alertAudits: Map<string, AlertAudit>;
  /** What is posted in Alertmanager's API, by group. */
  outside: Map<string, OutsideGroup>;
}

const freshState = (settings: ServiceSettings): ServiceState => ({
  settings,
  report: null,
  hour: emptyHour(),
  llmLastOkAt: null,
  counters: {},
  countersRecalled: false,
  process: null,
  liveness: null,
  probes: new Map(),
  flags: new Map(),
  settled: null,
  since: new Map(),
  lastFindings: [],
});

/** `primary` is one of `others` or stands beside them; the classic fields of the answer show it. */
export function createReadModel(
  primary: ServiceSettings,
  others: readonly ServiceSettings[],
  databases: ReadModel['databases'],
): ReadModel {
  const primaryState = freshState(primary);
  const rest = others.filter((one) => one.name !== primary.name);
  return {
    primary: primary.name,
    primaryState,
    services: new Map([primaryState, ...rest.map(freshState)].map((state) => [state.settings.name, state])),
    databases,
    databaseChecks: new Map(),
    overviews: new Map(),
    system: null,
    alerts: new Map(),
    alertVersions: new Map(),
    incidents: new Map(),
    silences: new Map(),
    alertTests: new Map(),
    alertAudits: new Map(),
    outside: new Map(),
  };
}

/** The state of one service as the roll-up takes it. */
export function observedOf(model: ReadModel, state: ServiceState, now: number): Observed {
  return {
    settings: state.settings,
    report: state.report,
    hour: hourCounts(state.hour, now),
    llmLastOkAt: state.llmLastOkAt,
    process: state.process,
    liveness: state.liveness,
    probes: state.probes,
    system: model.system,
    databases: model.databaseChecks,
    overviews: model.overviews,
  };
}

export function observedDatabases(model: ReadModel): ObservedDatabase[] {
  return model.databases.map(({ name, service }) => ({
    name,
    service,
    check: model.databaseChecks.get(name) ?? null,
    overview: model.overviews.get(name) ?? null,
  }));
}

const keptRecords = 500;

/** Sets a record and lets go of the oldest beyond 500, whose id it gives. */
export function keepRecord<T>(
  records: Map<string, T>,
  id: string,
  value: T,
  timeOf: (value: T) => string,
): string | null {
  records.set(id, value);
  if (records.size <= keptRecords) return null;
  const [oldest] = [...records].reduce((a, b) => (timeOf(a[1]) <= timeOf(b[1]) ? a : b));
  records.delete(oldest);
  return oldest;
}

/** Newest first, at most `limit`. */
export function newestRecords<T>(records: ReadonlyMap<string, T>, limit: number, timeOf: (value: T) => string): T[] {
  return [...records.values()].sort((a, b) => timeOf(b).localeCompare(timeOf(a))).slice(0, limit);
}

/** When an alert last moved: what lists are ordered by stays the moment it was raised. */
export const alertTime = (alert: AlertRecord): string => alert.raisedAt;
export const incidentTime = (incident: Incident): string => incident.detectedAt;
/** The longest to come is kept: one that is over can be forgotten first. */
export const silenceTime = ({ silence }: KnownSilence): string => silence.endsAt;
export const toldTime = ({ at }: { at: string }): string => at;
