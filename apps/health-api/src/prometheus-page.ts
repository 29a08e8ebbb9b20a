import type { HealthResponse } from '@yoban/shared/contracts/health';
import { SECOND } from '@yoban/shared/contracts/time';
import { Counter, Gauge, Registry } from 'prom-client';
import type { HealthApiContext } from './context.ts';
import { newestFile } from './core/checks/backups-check.ts';
import { hourCounts } from './core/hour-window.ts';
import { probeSummaries } from './core/probe-summaries.ts';
import { rollUp } from './core/roll-up.ts';
import { observedOf, type ServiceState } from './state/read-model.ts';

type Labels = Record<string, string>;
type Add = (name: string, help: string, labels: Labels, value: number | null) => void;

interface Writer {
  gauge: Add;
  counter: Add;
}

/** A value that is not known has no line: a zero would be a claim. */
function createWriter(registry: Registry): Writer {
  const made = new Map<string, Gauge | Counter>();
  const metric = (kind: 'gauge' | 'counter', name: string, help: string, labels: Labels) => {
    const known = made.get(name);
    if (known) return known;
    const options = { name: `yoban_${name}`, help, labelNames: Object.keys(labels), registers: [registry] };
    const fresh = kind === 'gauge' ? new Gauge(options) : new Counter(options);
    made.set(name, fresh);
    return fresh;
  };
  const add =
    (kind: 'gauge' | 'counter'): Add =>
    (name, help, labels, value) => {
      if (value !== null) metric(kind, name, help, labels).inc(labels, value);
    };
  return { gauge: add('gauge'), counter: add('counter') };
}

const mb = 1024 * 1024;
const gb = 1024 * mb;
const scaled = (value: number | null, by: number): number | null => (value === null ? null : value * by);
const states = ['healthy', 'degraded', 'unhealthy'] as const;

/** The whole page in text format 0.0.4: base units, `_total` for what only rises, states as 0/1 per word. */
export async function prometheusPage(
  { model, config, now }: Pick<HealthApiContext, 'model' | 'config' | 'now'>,
  health: HealthResponse,
): Promise<{ text: string; contentType: string }> {
  const registry = new Registry();
  const out = createWriter(registry);
  out.gauge('build_info', 'Version of yoban', { version: config.version }, 1);
  out.gauge('bus_up', 'Redis answers', {}, health.checks.kit.bus === 'down' ? 0 : 1);
  out.gauge('bus_safe', 'Redis keeps what it is given', {}, health.checks.kit.bus === 'unsafe' ? 0 : 1);
  out.gauge('store_up', 'The store of health-api can be written', {}, health.checks.kit.store === 'ok' ? 1 : 0);
  for (const state of model.services.values()) {
    const { checks } = rollUp(observedOf(model, state, now()), health.checks.kit, now());
    writeService(out, state, checks);
    writeChecks(out, state.settings.name, checks, now());
    writeCalls(out, state, now());
    writeProbes(out, state, now());
  }
  for (const database of health.databases) {
    const labels = { database: database.name };
    if (!model.databaseChecks.has(database.name)) continue;
    out.gauge(
      'database_size_bytes',
      'Size of the database file and its write-ahead log',
      labels,
      database.size_mb * mb,
    );
    out.gauge('database_up', 'The database is there and sound', labels, database.status === 'ok' ? 1 : 0);
    out.gauge(
      'database_integrity',
      'An integrity check of the last 24 h passed',
      labels,
      database.integrity === 'ok' ? 1 : 0,
    );
  }
  writeSystem(out, health.checks.system);
  for (const { overview } of model.overviews.values()) {
    for (const tier of ['hourly', 'daily', 'weekly']) {
      const file = newestFile({ ...overview, files: overview.files.filter((one) => one.tier === tier) });
      const labels = { database: overview.db, tier };
      const at = file ? Date.parse(file.takenAt) / SECOND : null;
      out.gauge('backup_last_success_timestamp_seconds', 'When the newest good backup was taken', labels, at);
      out.gauge('backup_size_bytes', 'Size of the newest good backup', labels, file?.sizeBytes ?? null);
    }
    out.gauge(
      'backup_failed',
      'The last run failed',
      { database: overview.db },
      overview.lastRun?.state === 'failed' ? 1 : 0,
    );
  }
  for (const alert of model.alerts.values()) {
    if (alert.state !== 'open' && alert.state !== 'acked') continue;
    const { service, alertType, level } = alert;
    out.gauge('alert_open', 'An alert is open', { service, alert: alertType, level }, 1);
  }
  return { text: await registry.metrics(), contentType: registry.contentType };
}

type Checks = HealthResponse['checks'];

function writeService(out: Writer, state: ServiceState, { process, platforms, game, ws, tips }: Checks): void {
  const service = state.settings.name;
  const labels = { service };
  for (const status of states)
    out.gauge('service_state', 'Settled status', { service, state: status }, state.settled?.status === status ? 1 : 0);
  const startedAt = state.process?.startedAt ? Date.parse(state.process.startedAt) / SECOND : null;
  out.gauge('process_start_time_seconds', 'When the process started', labels, startedAt);
  out.gauge('process_up', 'The process runs', labels, state.process ? (state.process.state === 'up' ? 1 : 0) : null);
  if (process.configured && process.age_s !== null) {
    out.gauge('process_memory_bytes', 'Memory of the process', labels, process.memory_mb * mb);
    out.gauge('process_memory_limit_bytes', 'Limit of its memory', labels, scaled(process.memory_limit_mb, mb));
    out.gauge('process_cpu_ratio', 'CPU of the process in cores', labels, process.cpu_percent / 100);
    out.counter('restarts_total', 'Restarts by the supervisor', labels, process.restart_count);
    out.gauge(
      'restart_budget_remaining',
      'Restarts left before the supervisor gives up',
      labels,
      process.restarts_left,
    );
  }
  for (const name of ['youtube', 'tiktok', 'obs'] as const) {
    const up = platforms[name].configured ? (platforms[name].status === 'ok' ? 1 : 0) : null;
    out.gauge('platform_connected', 'The platform is connected', { service, platform: name }, up);
  }
  out.gauge('viewers', 'Viewers now', labels, platforms.viewers);
  out.gauge('websocket_clients', 'Connected clients of the app', labels, ws.connected_clients);
  out.gauge('tip_queue_depth', 'Tips that wait', labels, tips.configured ? tips.queue_depth : null);
  if (!game.configured) return;
  out.gauge('game_cycle', 'Number of the current cycle', labels, game.current_cycle);
  out.gauge('game_day', 'Day of the game', labels, game.game_day);
  out.gauge('game_characters', 'Characters in the game', labels, game.characters.length);
  const cycleAt = game.last_cycle_at ? Date.parse(game.last_cycle_at) / SECOND : null;
  out.gauge('game_last_cycle_timestamp_seconds', 'When the last cycle ended', labels, cycleAt);
}

function writeChecks(out: Writer, service: string, checks: Checks, now: number): void {
  const { process, database, llm, tips, game, system, backups } = checks;
  for (const [check, one] of Object.entries({ process, database, llm, tips, game, system, backups })) {
    if (!one.configured) continue;
    const labels = { service, check };
    out.gauge('check_up', 'The check says ok', labels, one.status === 'ok' ? 1 : 0);
    out.gauge('check_state', 'State of the check', { ...labels, state: one.status }, 1);
    out.gauge('check_stale', 'The input of the check is too old', labels, one.stale ? 1 : 0);
    const seenAt = one.age_s === null ? null : now / SECOND - one.age_s;
    out.gauge('check_last_run_timestamp_seconds', 'When the input was observed', labels, seenAt);
  }
}

/** A stale look has no line but its age. */
function writeProbes(out: Writer, { probes }: ServiceState, now: number): void {
  for (const { service, name, type, status, value, unit, stale, age_s: ageS } of probeSummaries(probes, now)) {
    const labels = { service, probe: name, type };
    const known = !stale && status !== 'unknown';
    out.gauge('probe_up', 'The probe of the policy passes', labels, known ? (status === 'ok' ? 1 : 0) : null);
    const measured = { ...labels, unit: unit ?? '' };
    out.gauge('probe_value', 'What the probe measured, in its unit', measured, known ? value : null);
    const seenAt = ageS === null ? null : now / SECOND - ageS;
    out.gauge('probe_last_run_timestamp_seconds', 'When the probe last looked', labels, seenAt);
  }
}

function writeCalls(out: Writer, { settings, hour, counters }: ServiceState, now: number): void {
  const service = settings.name;
  const counts = hourCounts(hour, now);
  const calls = (name: string, help: string, kind: string, outcomes: readonly string[]) => {
    for (const outcome of outcomes) out.counter(name, help, { service, outcome }, counters[`${kind}.${outcome}`] ?? 0);
  };
  if (settings.parts.includes('llm')) {
    calls('llm_calls_total', 'Calls to the language model', 'llm', ['ok', 'failed', 'timeout', 'fallback']);
    out.counter('llm_duration_seconds_total', 'Time spent in calls', { service }, (counters['llm.ms'] ?? 0) / SECOND);
    out.gauge('llm_error_ratio', 'Errors of the last hour by calls', { service }, counts.llmErrorPercent / 100);
    const p95 = scaled(counts.llmP95Ms, 1 / SECOND);
    out.gauge('llm_duration_p95_seconds', '95th percentile of the last hour', { service }, p95);
  }
  if (settings.parts.includes('tips')) {
    calls('tips_total', 'Tips', 'tips', ['ok', 'failed']);
    out.counter('tips_revenue_yen_total', 'Revenue of tips', { service }, counters['tips.yen'] ?? 0);
    out.counter('tips_duration_seconds_total', 'Time spent on tips', { service }, (counters['tips.ms'] ?? 0) / SECOND);
  }
  if (settings.parts.includes('game')) {
    calls('cycles_total', 'Game cycles', 'cycles', ['ok', 'failed']);
    const spent = (counters['cycles.ms'] ?? 0) / SECOND;
    out.counter('cycles_duration_seconds_total', 'Time spent in cycles', { service }, spent);
  }
}

function writeSystem(out: Writer, system: Checks['system']): void {
  out.gauge('disk_free_bytes', 'Free space where the data lies', {}, scaled(system.disk_free_gb, gb));
  out.gauge('disk_size_bytes', 'Size of that disk', {}, scaled(system.disk_total_gb, gb));
  out.gauge('log_size_bytes', 'Size of the logs', {}, scaled(system.log_mb, mb));
  out.gauge('network_latency_seconds', 'Latency of the network', {}, scaled(system.net_latency_ms, 1 / SECOND));
  out.gauge('host_cpu_ratio', 'CPU of the whole host', {}, scaled(system.host_cpu_percent, 1 / 100));
  const { host_memory_percent: memory } = system;
  out.gauge('host_memory_ratio', 'Memory of the host in use, without caches', {}, scaled(memory, 1 / 100));
  out.gauge('host_load1', 'Load of the host over a minute', {}, system.load_1m);
}
