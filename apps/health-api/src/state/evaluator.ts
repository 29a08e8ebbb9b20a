import type { AlertEvent } from '@yoban/shared/contracts/alert';
import type { OverallStatus } from '@yoban/shared/contracts/health';
import { HOUR } from '@yoban/shared/contracts/time';
import { putFact } from '@yoban/shared/facts/fact-outbox';
import type { Log } from '@yoban/shared/logger';
import { alertConditions, busCondition } from '../core/alert-conditions.ts';
import { type AlertFlag, quietFlag, stepAlert } from '../core/alert-step.ts';
import { diskFreePercent } from '../core/checks/system-check.ts';
import { forgetBeforeHour } from '../core/hour-window.ts';
import { firstStatus, type SettledStatus, settle } from '../core/hysteresis.ts';
import type { Finding } from '../core/observed.ts';
import { type SinceByFinding, sinceOf } from '../core/reasons.ts';
import { type KitState, type RolledUp, rollUp } from '../core/roll-up.ts';
import type { SampleKey } from '../core/series.ts';
import type { HealthDatabase } from '../store/database.ts';
import type { StoreGuard } from '../store/store-guard.ts';
import { observedOf, type ReadModel, type ServiceState } from './read-model.ts';
import { checksOf, statusRow } from './remember.ts';

export interface KitView {
  state: KitState;
  /** Why the bus is unsafe, for the alert's text. */
  busDetail: string;
}

export interface Evaluator {
  /** One evaluation of every service: statuses settle, warnings rise and clear, samples are kept. `now` is epoch ms. */
  tick(now: number): void;
}

interface Evaluated {
  state: ServiceState;
  rolled: RolledUp;
  settled: SettledStatus;
  flags: Map<string, AlertFlag>;
  since: SinceByFinding;
  events: AlertEvent[];
}

/** The kit counts against the primary service alone: one fault of ours must not turn every app yellow. */
const kitIsFine: KitState = { bus: 'ok', store: 'ok' };
const statusNumber = { healthy: 0, degraded: 1, unhealthy: 2 } as const satisfies Record<OverallStatus, number>;
/** Samples are ten seconds apart, so a write every second tick (5 s) loses none. */
const ticksPerWrite = 2;

export interface EvaluatorOptions {
  model: ReadModel;
  store: StoreGuard;
  kit: () => KitView;
  log: Log;
  /** Called after alert events went into the outbox. */
  wakeDrain: () => void;
}

export function createEvaluator({ model, store, kit, log, wakeDrain }: EvaluatorOptions): Evaluator {
  let ticks = 0;
  let prunedAt = 0;

  const evaluate = (state: ServiceState, view: KitView, now: number): Evaluated => {
    const isPrimary = state.settings.name === model.primary;
    const rolled = rollUp(observedOf(model, state, now), isPrimary ? view.state : kitIsFine, now);
    const conditions = alertConditions(rolled);
    if (isPrimary) conditions.push(busCondition(view.state.bus, view.busDetail));
    const flags = new Map(state.flags);
    const events = conditions.flatMap((condition) => {
      const before = flags.get(condition.alertType) ?? quietFlag(now);
      const [next, event] = stepAlert(state.settings.name, before, condition, now);
      flags.set(condition.alertType, next);
      return event ? [event] : [];
    });
    const settled = state.settled ? settle(state.settled, rolled.status) : firstStatus(rolled.status);
    return { state, rolled, settled, flags, events, since: nextSince(state, rolled.findings, settled, now) };
  };

  const persist = (all: readonly Evaluated[], now: number) => (db: HealthDatabase) => {
    db.records.setLatest('checks', now, checksOf(model));
    for (const { state, rolled, settled, events, flags, since } of all) {
      const { name } = state.settings;
      const before = state.settled?.status ?? null;
      if (before !== settled.status) db.addTransition(name, before, settled.status, now, codesOf(rolled.findings));
      for (const [key, value] of samplesOf(rolled, settled, ticks < warmUpTicks)) db.samples.add(name, key, value, now);
      for (const event of events) putFact(db.db, 'alertEvent', event.id, event);
      const row = statusRow({ ...state, settled, flags, since });
      if (row) db.records.setLatest(`status/${name}`, now, row);
    }
    if (now - prunedAt < HOUR) return;
    db.prune(now);
    db.records.keepNewest('alert', 500);
    for (const kind of ['silence', 'alert-test', 'alert-audit'] as const) db.records.keepNewest(kind, 500);
    prunedAt = now;
  };

  return {
    tick: (now) => {
      const view = kit();
      const all = [...model.services.values()].map((state) => evaluate(state, view, now));
      const moved = all.some((one) => one.events.length > 0 || one.settled.status !== one.state.settled?.status);
      // What people are told is in the store before the memory says it was told: a crash between the two repeats it with the same id.
      if (moved || ticks % ticksPerWrite === 0) store.write(persist(all, now));
      ticks += 1;
      for (const one of all) {
        logMove(log, one);
        const { state, rolled } = one;
        Object.assign(state, { settled: one.settled, flags: one.flags, since: one.since });
        if (rolled.findings.length > 0) state.lastFindings = rolled.findings;
        forgetBeforeHour(state.hour, now);
      }
      if (all.some((one) => one.events.length > 0)) wakeDrain();
    },
  };
}

/** While a status waits for its second good evaluation its last reasons keep their beginning; once it is healthy they are over. */
function nextSince(state: ServiceState, findings: readonly Finding[], settled: SettledStatus, now: number) {
  if (findings.length > 0) return sinceOf(state.since, findings, now);
  return settled.status === 'healthy' ? new Map<string, number>() : state.since;
}

const codesOf = (findings: readonly Finding[]): string[] => findings.map((one) => `${one.check}/${one.code}`);

function logMove(log: Log, { state, settled, rolled, events }: Evaluated): void {
  const service = state.settings.name;
  for (const event of events) log.info({ event: `alert.${event.kind}`, service, alertType: event.alertType });
  if (settled.status === state.settled?.status) return;
  const from = state.settled?.status ?? null;
  log.info({ event: 'status.changed', service, from, to: settled.status, reasons: codesOf(rolled.findings) });
}

/**
 * A kit that has just started has no data yet from parts it waits for, and the first good look shows only with the second; the
 * history must not call that trouble.
 */
const warmUpTicks = 6;
const isUnheard = ({ process, database, llm, tips, game, system, backups }: RolledUp['checks']): boolean =>
  [process, database, llm, tips, game, system, backups].some(
    (one) => one.configured && one.stale && one.age_s === null,
  );

/** Fresh values only: a stale one would draw a flat line over an outage. */
function samplesOf(rolled: RolledUp, settled: SettledStatus, warmingUp: boolean): [SampleKey, number][] {
  const { checks } = rolled;
  const { process, platforms, tips, system } = checks;
  const free = diskFreePercent(system.disk_free_gb, system.disk_total_gb);
  const rows: [SampleKey, number | null, boolean][] = [
    ['memory_mb', process.memory_mb, process.configured && !process.stale && process.status !== 'error'],
    ['cpu_percent', process.cpu_percent, process.configured && !process.stale && process.status !== 'error'],
    ['viewers', platforms.viewers, !tips.stale],
    ['queue_depth', tips.queue_depth, tips.configured && !tips.stale],
    ['disk_used_percent', free === null ? null : 100 - free, !system.stale],
    ['disk_free_gb', system.disk_free_gb, !system.stale],
    ['log_mb', system.log_mb, !system.stale],
    ['net_latency_ms', system.net_latency_ms, !system.stale],
    ['host_cpu_percent', system.host_cpu_percent, !system.stale],
    ['load_1m', system.load_1m, !system.stale],
    ['host_memory_percent', system.host_memory_percent, !system.stale],
    ['state', statusNumber[settled.status], !(warmingUp && (isUnheard(checks) || rolled.status !== settled.status))],
  ];
  return rows.flatMap(([key, value, fresh]) => (fresh && value !== null ? [[key, value]] : []));
}
