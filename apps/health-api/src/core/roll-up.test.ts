import { HealthResponse } from '@yoban/shared/contracts/health';
import { expect, test } from 'vitest';
import { now, past, process, report, rolled, tooOldMs } from '../../test/default-table.ts';
import { processUp, settings } from '../../test/observed.ts';

test('H2: nothing wrong is healthy, without reasons', () => {
  const { status, findings, checks, uptimeSeconds } = rolled();
  expect({ status, findings, uptimeSeconds }).toEqual({ status: 'healthy', findings: [], uptimeSeconds: 86_400 });
  expect(HealthResponse.shape.checks.parse(checks)).toEqual(checks);
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
