import { AlertLevel, AlertRecord } from '@yoban/shared/contracts/alert';
import { AlertAudit, AlertTest } from '@yoban/shared/contracts/alert-command';
import { BackupOverview } from '@yoban/shared/contracts/backup';
import { CheckResult } from '@yoban/shared/contracts/check';
import { OverallStatus } from '@yoban/shared/contracts/health';
import { MetricsReport } from '@yoban/shared/contracts/report';
import { Silence, SilenceState } from '@yoban/shared/contracts/silence';
import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import type { OutsideGroup } from '../core/alertmanager/step-posted.ts';
import { addToHour } from '../core/hour-window.ts';
import type { KnownSilence } from '../core/known-silence.ts';
import { minuteOf } from '../core/minute-calls.ts';
import type { HealthDatabase } from '../store/database.ts';
import { keepProbe } from './keep-probe.ts';
import { alertTime, type ReadModel, type ServiceState } from './read-model.ts';

const StoredReport = z.object({
  at: z.number(),
  instance: z.string(),
  instanceSince: z.number(),
  gauges: MetricsReport.shape.gauges,
  game: MetricsReport.shape.game.nullable().default(null),
  platforms: MetricsReport.shape.platforms.nullable().default(null),
});
const StoredCounters = z.object({ counters: z.record(z.string(), z.number()), llmLastOkAt: z.number().nullable() });
const StoredStatus = z.object({
  settled: z.object({ status: OverallStatus, previous: OverallStatus }),
  flags: z.record(
    z.string(),
    // Rows of 0.1.0 have no `born`.
    z.object({ on: z.boolean(), previous: z.boolean(), raised: z.number(), born: z.number().default(0) }),
  ),
  since: z.record(z.string(), z.number()),
});
const StoredChecks = z.array(CheckResult);
const Texts = z.record(z.string(), z.string());
const StoredGroup = z.object({
  members: z.array(
    z.object({
      fingerprint: z.string(),
      labels: Texts,
      annotations: Texts,
      startsAt: z.number(),
      endsAt: z.number(),
      generatorUrl: z.string(),
      service: z.string(),
      alertType: z.string(),
      level: AlertLevel,
      updatedAt: z.number(),
    }),
  ),
  level: z.enum(['critical', 'warning']),
  raisedAt: z.number(),
  lastAt: z.number(),
});
const StoredSilence = z.object({ silence: Silence, state: SilenceState, updatedAt: z.number() });

/** A settled status survives a restart this short; after a longer silence the first evaluation speaks for itself. */
const settledHoldsMs = MINUTE;
const recordLimit = 500;
const outsideLimit = 10_000;

/**
 * Puts what the store remembers into the read model, each with its own age: it is shown as the last known value, stale by its
 * time, never as fresh. What is already in the model (a store that came back) is newer and stays.
 */
export function recall(model: ReadModel, store: HealthDatabase, now: number): void {
  const { records } = store;
  for (const { id, value, version } of records.newest('alert', recordLimit))
    if (recallOne(model.alerts, AlertRecord, value)) model.alertVersions.set(id, version);
  for (const one of store.incidents.newest(recordLimit))
    if (!model.incidents.has(one.id)) model.incidents.set(one.id, one);
  for (const { id, at, value } of records.newest('overview', recordLimit)) {
    const parsed = BackupOverview.safeParse(value);
    if (parsed.success && !model.overviews.has(id)) model.overviews.set(id, { overview: parsed.data, at });
  }
  recallKind(model.silences, StoredSilence, records.newest('silence', recordLimit));
  recallKind(model.alertTests, AlertTest, records.newest('alert-test', recordLimit));
  recallKind(model.alertAudits, AlertAudit, records.newest('alert-audit', recordLimit));
  recallKind(model.outside, StoredGroup, records.newest('outside', outsideLimit));
  const latest = new Map(records.latest().map((row) => [row.name, row]));
  recallChecks(model, latest.get('checks')?.value);
  for (const state of model.services.values()) {
    const { name } = state.settings;
    if (!state.report) {
      for (const kind of ['llm', 'tips', 'cycles'] as const)
        for (const [minute, calls] of store.calls.minutes(name, kind, minuteOf(now - HOUR)))
          addToHour(state.hour, kind, minute, calls);
      recallReport(state, latest.get(`report/${name}`)?.value);
    }
    if (!store.db.memory && !state.countersRecalled) recallCounters(state, latest.get(`counters/${name}`)?.value);
    const status = latest.get(`status/${name}`);
    if (!state.settled && status) recallStatus(state, status, now);
  }
}

function recallKind<T>(into: Map<string, T>, schema: z.ZodType<T>, rows: { id: string; value: unknown }[]): void {
  for (const { id, value } of rows) {
    const parsed = schema.safeParse(value);
    if (parsed.success && !into.has(id)) into.set(id, parsed.data);
  }
}

/** True when it was not there. */
function recallOne<T extends { id: string }>(into: Map<string, T>, schema: z.ZodType<T>, value: unknown): boolean {
  const parsed = schema.safeParse(value);
  if (!parsed.success || into.has(parsed.data.id)) return false;
  into.set(parsed.data.id, parsed.data);
  return true;
}

function recallReport(state: ServiceState, value: unknown): void {
  const report = StoredReport.safeParse(value);
  if (report.success) state.report = report.data;
}

function recallCounters(state: ServiceState, value: unknown): void {
  state.countersRecalled = true;
  const stored = StoredCounters.safeParse(value);
  if (!stored.success) return;
  for (const [name, count] of Object.entries(stored.data.counters))
    state.counters[name] = (state.counters[name] ?? 0) + count;
  state.llmLastOkAt ??= stored.data.llmLastOkAt;
}

function recallStatus(state: ServiceState, row: { at: number; value: unknown }, now: number): void {
  const status = StoredStatus.safeParse(row.value);
  if (!status.success) return;
  state.flags = new Map(Object.entries(status.data.flags));
  if (now - row.at > settledHoldsMs) return;
  state.settled = status.data.settled;
  state.since = new Map(Object.entries(status.data.since));
}

function recallChecks(model: ReadModel, value: unknown): void {
  const checks = StoredChecks.safeParse(value);
  for (const check of checks.success ? checks.data : []) {
    const state = model.services.get(check.service);
    if (check.check === 'system') model.system ??= check;
    else if (check.check === 'database') {
      if (!model.databaseChecks.has(check.name)) model.databaseChecks.set(check.name, check);
    } else if (state && check.check === 'probe') {
      if (!state.probes.has(check.name)) keepProbe(state, check);
    } else if (state && check.check === 'process') state.process ??= check;
    else if (state && check.check === 'liveness') state.liveness ??= check;
  }
}

/** The newest result of every check, for a restart of this process. */
export function checksOf(model: ReadModel): CheckResult[] {
  const ofServices = [...model.services.values()].flatMap((state) => [
    ...[state.process, state.liveness],
    ...state.probes.values(),
  ]);
  return [...ofServices, ...model.databaseChecks.values(), model.system].filter((check) => check !== null);
}

export function statusRow(state: ServiceState): z.infer<typeof StoredStatus> | null {
  if (!state.settled) return null;
  return {
    settled: state.settled,
    flags: Object.fromEntries(state.flags),
    since: Object.fromEntries(state.since),
  };
}

export const alertRow = (alert: AlertRecord, version: number) => ({
  id: alert.id,
  at: Date.parse(alertTime(alert)),
  value: alert,
  version,
});

export const silenceRow = (known: KnownSilence) => ({ id: known.silence.id, at: known.updatedAt, value: known });
export const testRow = (test: AlertTest) => ({
  id: `${test.id}/${test.channel}`,
  at: Date.parse(test.at),
  value: test,
});
export const auditRow = (audit: AlertAudit) => ({ id: audit.id, at: Date.parse(audit.at), value: audit });

/** `at` is the newest that is known of the group: a post, a raise or a clear. */
export const outsideRow = (key: string, group: OutsideGroup) => ({
  id: key,
  at: Math.max(group.lastAt, ...group.members.map((one) => one.updatedAt)),
  value: group,
});

/** Writes the whole read model into a store that comes into use empty: the stand-in in memory, or a file that was replaced. */
export function fill(model: ReadModel, store: HealthDatabase, now: number): void {
  const { records } = store;
  for (const alert of model.alerts.values())
    records.put('alert', alertRow(alert, model.alertVersions.get(alert.id) ?? 0));
  for (const one of model.incidents.values()) store.incidents.put(one);
  for (const { overview, at } of model.overviews.values())
    records.put('overview', { id: overview.db, at, value: overview });
  for (const one of model.silences.values()) records.put('silence', silenceRow(one));
  for (const one of model.alertTests.values()) records.put('alert-test', testRow(one));
  for (const one of model.alertAudits.values()) records.put('alert-audit', auditRow(one));
  for (const [key, group] of model.outside) records.put('outside', outsideRow(key, group));
  records.setLatest('checks', now, checksOf(model));
  for (const state of model.services.values()) {
    const { name } = state.settings;
    if (state.report) records.setLatest(`report/${name}`, state.report.at, state.report);
    records.setLatest(`counters/${name}`, now, { counters: state.counters, llmLastOkAt: state.llmLastOkAt });
    const status = statusRow(state);
    if (status) records.setLatest(`status/${name}`, now, status);
  }
}
