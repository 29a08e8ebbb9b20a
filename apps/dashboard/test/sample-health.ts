import type { HealthResponse } from '@yoban/shared/contracts/health';
import { HOUR, isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';

/** The states the preview can show. Test data only: nothing of it is ever served by the kit. */
export type Scenario = 'healthy' | 'degraded' | 'down' | 'stale' | 'empty';
export const scenarios: readonly Scenario[] = ['healthy', 'degraded', 'down', 'stale', 'empty'];

const fresh = { stale: false, age_s: 3, configured: true };
const unset = { stale: false, age_s: null, configured: false };

/** A healthy system with one of everything; Eve reports no mood. */
export function healthySample(nowMs: number): HealthResponse {
  const ago = (ms: number) => isoTime(nowMs - ms);
  return {
    status: 'healthy',
    timestamp: isoTime(nowMs),
    uptime_seconds: 3 * 86_400 + 14 * 3_600 + 22 * 60,
    checks: {
      process: {
        status: 'ok',
        memory_mb: 145.3,
        cpu_percent: 8.2,
        restart_count: 0,
        memory_limit_mb: 512,
        restarts_left: 10,
        ...fresh,
      },
      database: { status: 'ok', size_mb: 6.3, last_write: ago(2 * SECOND), integrity: 'ok', ...fresh },
      llm: {
        status: 'ok',
        avg_response_ms: 1210,
        error_rate_percent: 0.5,
        last_success: ago(4 * SECOND),
        fallback_active: false,
        p95_ms_last_hour: 2120,
        timeouts_last_hour: 2,
        fallbacks_last_hour: 0,
        ...fresh,
      },
      tips: {
        status: 'ok',
        processed_last_hour: 12,
        failed_last_hour: 0,
        queue_depth: 0,
        revenue_last_hour_yen: 3500,
        ...fresh,
      },
      platforms: {
        youtube: { status: 'ok', last_poll: ago(2 * SECOND), ...fresh },
        tiktok: { status: 'ok', last_event: ago(MINUTE), ...fresh },
        obs: { status: 'ok', streaming: true, last_seen: ago(8 * SECOND), ...fresh },
        viewers: 42,
      },
      game: {
        status: 'ok',
        current_cycle: 144,
        last_cycle_at: ago(2 * MINUTE),
        game_day: 15,
        cycle_ms: 10 * MINUTE,
        characters: [
          { name: 'John', activity: 'cooking', mood: 72 },
          { name: 'Sara', activity: 'reading', mood: 85 },
          { name: 'Eve', activity: 'sleeping' },
        ],
        ...fresh,
      },
      ws: { connected_clients: 1 },
      system: {
        status: 'ok',
        disk_free_gb: 42,
        disk_total_gb: 64,
        log_mb: 18,
        net_latency_ms: 12,
        host_cpu_percent: 21,
        load_1m: 0.42,
        host_memory_percent: 61.5,
        ...fresh,
      },
      backups: {
        status: 'ok',
        last_at: ago(30 * MINUTE),
        last_ok: true,
        verified_at: ago(30 * MINUTE - 5 * SECOND),
        last_drill_at: '',
        next_at: isoTime(nowMs + 2.5 * HOUR),
        next_tier: 'hourly',
        db_size_mb: 6.3,
        ...fresh,
      },
      kit: { bus: 'ok', store: 'ok' },
    },
    reasons: [],
    services: [{ name: 'ailife', status: 'healthy', display_name: 'ailife', error_rate: 0.005 }],
    probes: [
      { service: 'ailife', name: 'alive', type: 'http', status: 'ok', value: 4, unit: 'ms', ...fresh },
      { service: 'ailife', name: 'stream', type: 'obs', status: 'ok', value: 0.2, unit: '%', ...fresh },
    ],
    databases: [
      {
        name: 'game',
        service: 'ailife',
        status: 'ok',
        size_mb: 6.3,
        last_write: ago(2 * SECOND),
        integrity: 'ok',
      },
    ],
  };
}

function degraded(health: HealthResponse, nowMs: number): HealthResponse {
  const { checks } = health;
  return {
    ...health,
    status: 'degraded',
    uptime_seconds: 2 * 3_600 + 26 * 60,
    reasons: [
      {
        code: 'llm_error_rate',
        check: 'llm',
        impact: 'degraded',
        value: 15.3,
        limit: 10,
        since: isoTime(nowMs - 6 * MINUTE),
      },
    ],
    services: [{ name: 'ailife', status: 'degraded', display_name: 'ailife', error_rate: 0.005 }],
    checks: {
      ...checks,
      process: { ...checks.process, restart_count: 1, restarts_left: 9 },
      llm: {
        ...checks.llm,
        status: 'degraded',
        avg_response_ms: 3400,
        p95_ms_last_hour: 6100,
        error_rate_percent: 15.3,
        timeouts_last_hour: 9,
        fallbacks_last_hour: 14,
        fallback_active: true,
      },
      platforms: { ...checks.platforms, tiktok: { ...checks.platforms.tiktok, status: 'disconnected' } },
    },
  };
}

function down(health: HealthResponse, nowMs: number): HealthResponse {
  const { checks } = health;
  const silent = { stale: true, age_s: 34 };
  return {
    ...health,
    status: 'unhealthy',
    uptime_seconds: 0,
    reasons: [
      {
        code: 'process_down',
        check: 'process',
        impact: 'unhealthy',
        value: null,
        limit: null,
        since: isoTime(nowMs - 34 * SECOND),
      },
      {
        code: 'llm_stale',
        check: 'llm',
        impact: 'degraded',
        value: 34,
        limit: 15,
        since: isoTime(nowMs - 19 * SECOND),
      },
    ],
    services: [{ name: 'ailife', status: 'unhealthy', display_name: 'ailife', error_rate: 0.005 }],
    checks: {
      ...checks,
      process: { ...checks.process, status: 'error', restart_count: 4, restarts_left: 6 },
      llm: { ...checks.llm, status: 'down', ...silent },
      tips: { ...checks.tips, status: 'warning', ...silent },
      game: { ...checks.game, status: 'stale', ...silent },
    },
  };
}

function stale(health: HealthResponse): HealthResponse {
  const { checks } = health;
  return {
    ...health,
    status: 'degraded',
    reasons: [
      {
        code: 'game_stale',
        check: 'game',
        impact: 'degraded',
        value: 34,
        limit: 15,
        since: isoTime(Date.parse(health.timestamp) - 34 * SECOND),
      },
      {
        code: 'system_stale',
        check: 'system',
        impact: 'degraded',
        value: 310,
        limit: 180,
        since: isoTime(Date.parse(health.timestamp) - 5 * MINUTE),
      },
    ],
    checks: {
      ...checks,
      game: { ...checks.game, status: 'stale', stale: true, age_s: 34 },
      system: { ...checks.system, status: 'warning', stale: true, age_s: 310 },
      kit: { bus: 'down', store: 'ok' },
    },
  };
}

/** A kit just started beside an app that reports nothing yet. */
function empty(health: HealthResponse): HealthResponse {
  const { checks } = health;
  return {
    ...health,
    status: 'degraded',
    uptime_seconds: 12,
    reasons: [
      { code: 'llm_stale', check: 'llm', impact: 'degraded', value: null, limit: 15, since: health.timestamp },
      {
        code: 'backups_stale',
        check: 'backups.game',
        impact: 'degraded',
        value: null,
        limit: null,
        since: health.timestamp,
      },
    ],
    checks: {
      ...checks,
      tips: { ...checks.tips, ...unset },
      game: { ...checks.game, ...unset, characters: [] },
      platforms: {
        ...checks.platforms,
        obs: { status: 'disconnected', streaming: false, last_seen: '', ...unset },
      },
      llm: { ...checks.llm, status: 'down', stale: true, age_s: null },
      backups: { ...checks.backups, last_at: '', last_ok: null, verified_at: '', db_size_mb: null },
    },
  };
}

export function sampleHealth(scenario: Scenario, nowMs: number): HealthResponse {
  const health = healthySample(nowMs);
  switch (scenario) {
    case 'healthy':
      return health;
    case 'degraded':
      return degraded(health, nowMs);
    case 'down':
      return down(health, nowMs);
    case 'stale':
      return stale(health);
    case 'empty':
      return empty(health);
    default:
      return scenario satisfies never;
  }
}
