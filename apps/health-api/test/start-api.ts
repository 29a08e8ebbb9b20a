import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import type { Fact } from '@yoban/shared/contracts/fact';
import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { MetricsReport } from '@yoban/shared/contracts/report';
import { isoTime } from '@yoban/shared/contracts/time';
import { createStopStack } from '@yoban/shared/lifecycle';
import { untilBusAnswers } from '@yoban/shared/testing/ready-producer';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import type { z } from 'zod';
import { type HealthApiConfig, readHealthApiConfig } from '../src/config.ts';
import { listen } from '../src/listen.ts';
import { createHealthApi } from '../src/service.ts';
import { takeFact } from '../src/state/take-fact.ts';
import { databaseOk, livenessUp, overviewOk, processUp, systemOk } from './observed.ts';

export const adminKey = 'the-admin-key-of-a-test';
export const appToken = 'the-app-token';
export const ingestToken = 'the-ingest-token-of-a-test';
export const hookToken = 'the-hook-token-of-a-test';
export const pingToken = 'the-ping-token-of-a-test';
export const kickToken = 'the-kick-token-of-a-test-is-longer';
/** Still taken beside it. */
export const oldKickToken = 'the-old-kick-token-of-a-test-is-longer';

interface Options {
  redisUrl?: string;
  /** A home to start again in. */
  home?: string;
  /** Epoch ms; the clock stands still until a test moves it. */
  at?: number;
  change?: (config: HealthApiConfig) => HealthApiConfig;
}

export type Api = Awaited<ReturnType<typeof startApi>>;
type ReportInput = Omit<z.input<typeof MetricsReport>, 'seq' | 'at'> & { seq?: number; at?: string };

/** A real health-api on a port of its own, with a clock that the test moves and ticks by hand. */
export async function startApi(options: Options = {}) {
  const temp = options.home ? { dir: options.home, remove: () => {} } : makeTempDir();
  const clock = { ms: options.at ?? Date.now() };
  const { log, lines } = createTestLog();
  const stop = createStopStack(log);
  const read = readHealthApiConfig(
    {
      YOBAN_HOME: temp.dir,
      ADMIN_API_KEY: adminKey,
      YOBAN_APP_TOKEN: appToken,
      ...(options.redisUrl && { REDIS_URL: options.redisUrl }),
    },
    temp.dir,
  );
  const hooks = [{ name: 'cron', token: hookToken, service: 'ailife' }];
  const kickers = [
    {
      service: 'ailife',
      tokens: [kickToken, oldKickToken],
      allow: ['restart_gateway', 'check_ollama'],
      sourcePattern: '^(cli|line:[A-Za-z0-9]+)$',
    },
  ];
  const opened = {
    ...read,
    ingest: { ingest: ingestToken, hooks, skipped: [] },
    kicks: { kickers, skipped: [] },
    pings: { tokens: [pingToken], skipped: [] },
  };
  const config = options.change?.(opened) ?? opened;
  const api = await createHealthApi(config, log, stop, () => clock.ms);
  const url = await listen(api.app, '127.0.0.1', 0);
  const bus = api.context.producer;
  if (bus && options.redisUrl && existsSync(parseRedisUrl(options.redisUrl).path ?? '')) await untilBusAnswers(bus);
  let seq = 0;
  return {
    ...api,
    url,
    clock,
    config,
    lines,
    home: temp.dir,
    headers: { authorization: `Bearer ${adminKey}` },
    take: (fact: Fact) => {
      api.context.live.changed(takeFact(api.context, fact));
      api.context.facts.told();
    },
    /** Moves the clock and evaluates. */
    tickAfter: (ms: number) => {
      clock.ms += ms;
      api.tick();
    },
    post: async (report: ReportInput, token = appToken) => {
      seq += 1;
      return fetch(`${url}/api/report`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ seq, at: isoTime(clock.ms), instance: 'one', ...report }),
      });
    },
    health: async (): Promise<HealthResponse> => {
      api.context.snapshot.expire();
      return (await fetch(`${url}/api/health`)).json();
    },
    close: async () => {
      await stop.run();
      temp.remove();
    },
  };
}

/** Everything that is fine, as facts and one report at the clock's moment; `change` replaces what a test is about. */
export async function feed(api: Api, change: { process?: object; report?: Partial<ReportInput> } = {}): Promise<void> {
  const now = api.clock.ms;
  const process = { ...processUp(now), ...change.process };
  const results = [process, livenessUp(now), databaseOk(now), systemOk(now)];
  api.take({ type: 'checks', id: `c${now}`, at: isoTime(now), results });
  api.take({ type: 'backup-overview', id: `b${now}`, at: isoTime(now), overview: overviewOk(now) });
  await api.post({
    deltas: { llmCalls: [[1_200, 'ok']] },
    gauges: { tipQueueDepth: 0, wsConnectedClients: 3 },
    game: { cycle: 144, day: 15, lastCycleAt: isoTime(now - 60_000), cycleMs: 600_000, characters: [] },
    platforms: {
      youtube: { connected: true, lastPollAt: isoTime(now) },
      tiktok: { connected: true, lastEventAt: isoTime(now) },
      viewers: 42,
    },
    ...change.report,
  });
}

/** A dashboard as the build leaves it. */
export function builtDashboard(home: string): string {
  const dir = path.join(home, 'dashboard-dist');
  mkdirSync(path.join(dir, 'assets'), { recursive: true });
  writeFileSync(path.join(dir, 'index.html'), '<!doctype html><div id="root"></div>');
  writeFileSync(path.join(dir, 'assets', 'a-1234.js'), 'export {};');
  return dir;
}
