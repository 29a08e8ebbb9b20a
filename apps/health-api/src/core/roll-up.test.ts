import { HealthResponse } from '@yoban/shared/contracts/health';
import { HOUR, isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { describe, expect, test } from 'vitest';
import {
  databaseOk,
  livenessUp,
  observedOk,
  overviewOk,
  processUp,
  reportOk,
  settings,
  systemOk,
} from '../../test/observed.ts';
import type { Observed } from './observed.ts';
import { type KitState, rollUp } from './roll-up.ts';

const now = Date.parse('2026-03-11T15:30:00.000Z');
const kitOk: KitState = { bus: 'ok', store: 'ok' };
const rolled = (change: Partial<Observed> = {}, kit = kitOk) => rollUp({ ...observedOk(now), ...change }, kit, now);
const report = (change: Partial<ReturnType<typeof reportOk>>) => ({ report: { ...reportOk(now), ...change } });
const hour = (change: Partial<Observed['hour']>) => ({ hour: { ...observedOk(now).hour, ...change } });
const process = (change: object) => ({ process: { ...processUp(now), ...change } });
const database = (change: object) => ({ databases: new Map([['game', { ...databaseOk(now), ...change }]]) });
const game = (change: object) => {
  const { game: ok } = reportOk(now);
  return report({ game: ok && { ...ok, ...change } });
};
const overview = (change: object, at = now - HOUR) => ({
  overviews: new Map([['game', { overview: { ...overviewOk(now), ...change }, at }]]),
});
const past = (ms: number) => isoTime(now - ms);

test('H2: nothing wrong is healthy, without reasons', () => {
  const { status, findings, checks, uptimeSeconds } = rolled();
  expect({ status, findings, uptimeSeconds }).toEqual({ status: 'healthy', findings: [], uptimeSeconds: 86_400 });
  expect(HealthResponse.shape.checks.parse(checks)).toEqual(checks);
});

interface Cell {
  name: string;
  change: Partial<Observed>;
  kit?: KitState;
  status: 'healthy' | 'degraded' | 'unhealthy';
  /** `<check>/<code>` of the one reason; none for a cell that must not act. */
  reason?: string;
  value?: number | null;
  limit?: number | null;
  shows?: object;
}

const tooOldMs = 15_001;
const cells: Cell[] = [
  {
    name: 'process down',
    change: process({ state: 'down' }),
    status: 'unhealthy',
    reason: 'process/process_down',
    shows: { process: { status: 'error' } },
  },
  {
    name: 'process hung',
    change: { liveness: { ...livenessUp(now), state: 'down' } },
    status: 'unhealthy',
    reason: 'process/not_answering',
    shows: { process: { status: 'error' } },
  },
  {
    name: 'process cannot be asked',
    change: process({ state: 'unknown' }),
    status: 'degraded',
    reason: 'process/process_unknown',
    shows: { process: { status: 'warning' } },
  },
  {
    name: 'memory over 80 %',
    change: process({ memoryMb: 410 }),
    status: 'degraded',
    reason: 'process/memory_high',
    value: 410,
    limit: 409.6,
    shows: { process: { status: 'warning' } },
  },
  {
    name: 'memory at 80 %',
    change: process({ memoryMb: 409.6 }),
    status: 'healthy',
    shows: { process: { status: 'ok' } },
  },
  {
    name: 'memory over 80 % of the supervisor’s own limit',
    change: process({ memoryMb: 90, memoryLimitMb: 100 }),
    status: 'degraded',
    reason: 'process/memory_high',
    value: 90,
    limit: 80,
  },
  {
    name: 'CPU sustained',
    change: process({ cpuSustained: true, cpuPercent: 97 }),
    status: 'degraded',
    reason: 'process/cpu_high',
    value: 97,
    limit: 90,
    shows: { process: { status: 'warning' } },
  },
  { name: 'CPU peak', change: process({ cpuPercent: 97 }), status: 'healthy' },
  {
    name: 'process stale',
    change: process({ observedAt: past(3_001) }),
    status: 'degraded',
    reason: 'process/process_stale',
    value: 3,
    limit: 3,
    shows: { process: { status: 'warning', stale: true, age_s: 3 } },
  },
  { name: 'process at 3 intervals', change: process({ observedAt: past(3_000) }), status: 'healthy' },
  {
    name: 'process down, long ago',
    change: process({ state: 'down', observedAt: past(60_000) }),
    status: 'degraded',
    reason: 'process/process_stale',
    shows: { process: { status: 'warning', stale: true } },
  },
  {
    name: 'database missing',
    change: database({ state: 'missing' }),
    status: 'unhealthy',
    reason: 'database.game/database_missing',
    shows: { database: { status: 'error', integrity: 'unknown' } },
  },
  {
    name: 'database no SQLite',
    change: database({ state: 'not-sqlite' }),
    status: 'unhealthy',
    reason: 'database.game/database_not_sqlite',
    shows: { database: { status: 'error' } },
  },
  {
    name: 'database corrupt',
    change: database({ state: 'corrupt' }),
    status: 'unhealthy',
    reason: 'database.game/database_corrupt',
    shows: { database: { status: 'error', integrity: 'unknown' } },
  },
  {
    name: 'database cannot be looked at',
    change: database({ state: 'unknown' }),
    status: 'degraded',
    reason: 'database.game/database_unknown',
    shows: { database: { status: 'error' } },
  },
  {
    name: 'database stale',
    change: database({ observedAt: past(tooOldMs) }),
    status: 'degraded',
    reason: 'database.game/database_game_stale',
    shows: { database: { status: 'error', integrity: 'unknown', stale: true } },
  },
  {
    name: 'database integrity older than 24 h',
    change: { ...database({ integrityOkAt: past(24 * HOUR) }), ...overview({ files: [] }) },
    status: 'healthy',
    shows: { database: { status: 'ok', integrity: 'unknown' } },
  },
  {
    name: 'database integrity by a verified copy',
    change: database({ integrityOkAt: null }),
    status: 'healthy',
    shows: { database: { integrity: 'ok' } },
  },
  {
    name: 'LLM errors over 10 %',
    change: hour({ llmErrorPercent: 10.1 }),
    status: 'degraded',
    reason: 'llm/llm_error_rate',
    value: 10.1,
    limit: 10,
    shows: { llm: { status: 'degraded' } },
  },
  {
    name: 'LLM errors at 10 %',
    change: hour({ llmErrorPercent: 10 }),
    status: 'healthy',
    shows: { llm: { status: 'ok' } },
  },
  {
    name: 'LLM fallback',
    change: report({ gauges: { llmFallbackActive: true } }),
    status: 'degraded',
    reason: 'llm/llm_fallback',
    shows: { llm: { status: 'degraded', fallback_active: true } },
  },
  {
    name: 'LLM no success for 5 min',
    change: { llmLastOkAt: now - 5 * MINUTE - 1 },
    status: 'degraded',
    reason: 'llm/llm_down',
    value: 300,
    limit: 300,
    shows: { llm: { status: 'down' } },
  },
  {
    name: 'LLM success 5 min ago',
    change: { llmLastOkAt: now - 5 * MINUTE },
    status: 'healthy',
    shows: { llm: { status: 'ok' } },
  },
  {
    name: 'LLM never a success, app young',
    change: { llmLastOkAt: null, ...report({ instanceSince: now - MINUTE }) },
    status: 'healthy',
    shows: { llm: { status: 'ok', last_success: '' } },
  },
  {
    name: 'LLM never a success, app old',
    change: { llmLastOkAt: null },
    status: 'degraded',
    reason: 'llm/llm_down',
    shows: { llm: { status: 'down' } },
  },
  {
    name: 'one tip failed',
    change: hour({ tipsFailed: 1 }),
    status: 'degraded',
    reason: 'tips/tips_failing',
    value: 1,
    limit: 0,
    shows: { tips: { status: 'warning' } },
  },
  {
    name: 'tip queue over 50',
    change: report({ gauges: { tipQueueDepth: 51 } }),
    status: 'degraded',
    reason: 'tips/tip_queue',
    value: 51,
    limit: 50,
    shows: { tips: { status: 'warning', queue_depth: 51 } },
  },
  { name: 'tip queue at 50', change: report({ gauges: { tipQueueDepth: 50 } }), status: 'healthy' },
  {
    name: 'YouTube away',
    change: report({
      platforms: { youtube: { connected: false, lastPollAt: null }, tiktok: { connected: true, lastEventAt: null } },
    }),
    status: 'degraded',
    reason: 'platforms.youtube/platform_disconnected',
    shows: { platforms: { youtube: { status: 'disconnected' }, tiktok: { status: 'ok' } } },
  },
  {
    name: 'TikTok away',
    change: report({ platforms: { tiktok: { connected: false, lastEventAt: null } } }),
    status: 'degraded',
    reason: 'platforms.tiktok/platform_disconnected',
    shows: { platforms: { tiktok: { status: 'disconnected' } } },
  },
  {
    name: 'cycle over 2 cycles old',
    change: game({ lastCycleAt: past(20 * MINUTE + 1) }),
    status: 'degraded',
    reason: 'game/cycle_stale',
    value: 1200,
    limit: 1200,
    shows: { game: { status: 'stale', stale: false } },
  },
  { name: 'cycle 2 cycles old', change: game({ lastCycleAt: past(20 * MINUTE) }), status: 'healthy' },
  {
    name: 'no cycle yet, app old',
    change: game({ lastCycleAt: null }),
    status: 'degraded',
    reason: 'game/cycle_stale',
  },
  {
    name: 'disk under 10 %',
    change: { system: { ...systemOk(now), diskFreeGb: 9.9 } },
    status: 'degraded',
    reason: 'system/disk_low',
    value: 9.9,
    limit: 10,
    shows: { system: { status: 'warning' } },
  },
  { name: 'disk at 10 %', change: { system: { ...systemOk(now), diskFreeGb: 10 } }, status: 'healthy' },
  {
    name: 'host stale',
    change: { system: systemOk(now - 3 * MINUTE - 1) },
    status: 'degraded',
    reason: 'system/system_stale',
    shows: { system: { status: 'warning', stale: true } },
  },
  {
    name: 'backup failed',
    change: overview({ lastRun: { ...overviewOk(now).lastRun, state: 'failed' } }),
    status: 'degraded',
    reason: 'backups.game/backup_failed',
    shows: { backups: { status: 'error', last_ok: false } },
  },
  {
    name: 'backup half an hour overdue',
    change: overview({ next: { at: past(30 * MINUTE + 1), tier: 'hourly' } }),
    status: 'degraded',
    reason: 'backups.game/backups_stale',
    shows: { backups: { status: 'warning', stale: true } },
  },
  {
    name: 'backups never heard of',
    change: { overviews: new Map() },
    status: 'degraded',
    reason: 'backups.game/backups_stale',
    shows: { backups: { stale: true, age_s: null } },
  },
  { name: 'bus down', change: {}, kit: { bus: 'down', store: 'ok' }, status: 'degraded', reason: 'kit/bus_down' },
  { name: 'bus unsafe', change: {}, kit: { bus: 'unsafe', store: 'ok' }, status: 'degraded', reason: 'kit/bus_unsafe' },
  { name: 'store down', change: {}, kit: { bus: 'ok', store: 'down' }, status: 'degraded', reason: 'kit/store_down' },
];

describe('H2: the default table', () => {
  test.each(cells)('$name → $status', ({ change, kit, status, reason, value, limit, shows }) => {
    const got = rolled(change, kit);
    expect(got.status).toBe(status);
    expect(got.findings.map((one) => `${one.check}/${one.code}`)).toEqual(reason ? [reason] : []);
    if (value !== undefined) expect(got.findings[0]?.value).toBeCloseTo(value ?? 0, 1);
    if (limit !== undefined) expect(got.findings[0]?.limit).toBeCloseTo(limit ?? 0, 1);
    expect(got.checks).toMatchObject(shows ?? {});
  });
});

test('H2: a report older than 3 intervals is never shown as ok, and only degrades', () => {
  const { status, checks, findings } = rolled(report({ at: now - tooOldMs }));
  expect(status).toBe('degraded');
  expect(checks).toMatchObject({
    llm: { status: 'down', stale: true, age_s: 15 },
    tips: { status: 'warning', stale: true },
    platforms: { youtube: { status: 'disconnected', stale: true }, tiktok: { status: 'disconnected', stale: true } },
    game: { status: 'stale', stale: true, current_cycle: 144 },
  });
  expect(findings.map((one) => one.code)).toEqual([
    'llm_stale',
    'tips_stale',
    'platforms_youtube_stale',
    'platforms_tiktok_stale',
    'game_stale',
  ]);
});

test('H2: nothing heard of anything is degraded, with every check stale and none ok', () => {
  const nothing = { report: null, process: null, liveness: null, system: null, llmLastOkAt: null };
  const { status, checks } = rolled({ ...nothing, databases: new Map(), overviews: new Map() });
  expect(status).toBe('degraded');
  for (const name of ['process', 'database', 'llm', 'tips', 'game', 'system', 'backups'] as const) {
    expect(checks[name].status, name).not.toBe('ok');
    expect(checks[name]).toMatchObject({ stale: true, age_s: null });
  }
});

test('H2: what is not configured keeps the shape, says so and counts for nothing', () => {
  const bare = { ...settings, reportEveryMs: null, parts: [], supervised: false, databases: [] };
  const { status, checks } = rolled({ settings: bare, report: null, process: null, liveness: null });
  expect(status).toBe('healthy');
  for (const name of ['process', 'database', 'llm', 'tips', 'game', 'backups'] as const)
    expect(checks[name], name).toMatchObject({ configured: false, stale: false });
  expect(checks.platforms.obs).toMatchObject({ status: 'disconnected', configured: false });
  expect(HealthResponse.shape.checks.parse(checks)).toEqual(checks);
});

test('H2: a platform that the app does not report is not configured', () => {
  const { status, checks } = rolled(report({ platforms: { viewers: 3 } }));
  expect(status).toBe('healthy');
  expect(checks.platforms).toMatchObject({ youtube: { configured: false }, tiktok: { configured: false }, viewers: 3 });
});

test('H1: without a supervisor the process is told by its own reports', () => {
  const own = { settings: { ...settings, supervised: false }, process: null, liveness: null };
  const gauges = { processMemoryMb: 100, processCpuPercent: 4 };
  const fresh = rolled({ ...own, ...report({ gauges }) });
  expect(fresh.checks.process).toMatchObject({ status: 'ok', memory_mb: 100, cpu_percent: 4 });
  expect(fresh.uptimeSeconds).toBe(3_600);
  expect(rolled({ ...own, ...report({ at: now - tooOldMs, gauges }) }).checks.process.status).toBe('warning');
});

test('H1: a process that only its health address shows has been up since its first report', () => {
  const byHealth = { ...processUp(now), supervisor: 'none', startedAt: null, pid: null, memoryMb: null };
  const seen = { settings: { ...settings, supervised: false }, process: byHealth };
  expect(rolled(seen).uptimeSeconds).toBe(3_600);
  expect(rolled({ ...seen, process: { ...byHealth, state: 'down' } }).uptimeSeconds).toBe(0);
});

test('H1: uptime is 0 while the app is down and stops counting when nobody looks', () => {
  expect(rolled(process({ state: 'down' })).uptimeSeconds).toBe(0);
  expect(rolled(process({ observedAt: past(60_000) })).uptimeSeconds).toBe(86_340);
});
