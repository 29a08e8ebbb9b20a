import { QueryClientProvider } from '@tanstack/react-query';
import { isoTime } from '@yoban/shared/contracts/time';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { Router } from 'wouter';
import { type Scenario, sampleHealth } from '../../test/sample-health.ts';
import { sampleAlerts, sampleBackups } from '../../test/sample-history.ts';
import type { Locale } from '../i18n/messages.ts';
import { messagesOf } from '../i18n/messages-of.ts';
import { createApiClient } from '../lib/api-client.ts';
import { createLiveSocket } from '../lib/live-socket.ts';
import { PreferencesContext, ServicesContext, UiConfigContext } from '../lib/page-context.ts';
import { storeLive } from '../lib/queries.ts';
import { createQueryClient } from '../lib/query-client.ts';
import { createServerClock } from '../lib/server-clock.ts';
import { OverviewPage } from './overview-page.tsx';

const nowMs = Date.parse('2026-03-10T15:30:08Z');

const uiConfig = {
  timezone: 'Asia/Tokyo',
  locale: 'ja' as const,
  displayName: 'ailife',
  primary: 'ailife',
  version: '0.1.0',
  notConfigured: [{ panel: 'game', key: 'services.ailife.report.parts' }],
};

/** The overview as markup, `afterMs` after a snapshot of the scenario has arrived. */
function drawn(scenario: Scenario, locale: Locale = 'en', afterMs = 0): string {
  const monotonicMs = () => afterMs;
  const clock = createServerClock(monotonicMs, () => nowMs);
  const client = createQueryClient();
  const api = createApiClient(monotonicMs, clock.syncRoughly);
  const live = createLiveSocket({
    open: () => {
      throw new Error('a drawing opens no connection');
    },
    deliver: () => undefined,
    lost: () => undefined,
    now: monotonicMs,
    random: () => 0,
  });
  clock.sync(nowMs + afterMs);
  const health = sampleHealth(scenario, nowMs);
  const snapshot = { health, alerts: sampleAlerts(scenario, nowMs), backups: sampleBackups(scenario, nowMs) };
  storeLive(client, { type: 'snapshot', seq: 0, serverTime: isoTime(nowMs), ...snapshot }, 0);
  const preferences = {
    locale,
    words: messagesOf(locale),
    theme: 'system' as const,
    setLocale: () => undefined,
    setTheme: () => undefined,
  };
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <ServicesContext value={{ api, live, clock, monotonicMs }}>
        <PreferencesContext value={preferences}>
          <UiConfigContext value={uiConfig}>
            <Router base="/admin/dashboard" ssrPath="/admin/dashboard/">
              <OverviewPage />
            </Router>
          </UiConfigContext>
        </PreferencesContext>
      </ServicesContext>
    </QueryClientProvider>,
  );
}

/** `data-value` of the element with that test id; null when there is none. */
function shownValue(markup: string, id: string): string | null {
  const tag = new RegExp(`<[^>]*data-testid="${id.replaceAll('.', '\\.')}"[^>]*>`).exec(markup)?.[0];
  return tag === undefined ? null : (/data-value="([^"]*)"/.exec(tag)?.[1] ?? null);
}

const stateOf = (markup: string, panel: string) =>
  new RegExp(`data-testid="panel\\.${panel}" data-state="([^"]*)"`).exec(markup)?.[1];

describe.each(['healthy', 'degraded', 'down'] as const)('D2: every number of the drawing, %s', (scenario) => {
  const markup = drawn(scenario);
  const { checks, status, uptime_seconds: uptime } = sampleHealth(scenario, nowMs);
  // The last report of a stopped app stays in the answer; on the page it must not pass for present.
  const running = (value: number) => (checks.process.status === 'error' ? '' : value);
  test.each([
    ['status', status],
    ['uptime', uptime],
    ['process.memory_mb', running(checks.process.memory_mb)],
    ['process.cpu_percent', running(checks.process.cpu_percent)],
    ['process.restart_count', checks.process.restart_count],
    ['process.restarts_left', checks.process.restarts_left],
    ['process.uptime_seconds', uptime],
    ['llm.avg_response_ms', checks.llm.avg_response_ms],
    ['llm.p95_ms_last_hour', checks.llm.p95_ms_last_hour],
    ['llm.error_rate_percent', checks.llm.error_rate_percent],
    ['llm.timeouts_last_hour', checks.llm.timeouts_last_hour],
    ['llm.fallbacks_last_hour', checks.llm.fallbacks_last_hour],
    ['tips.processed_last_hour', checks.tips.processed_last_hour],
    ['tips.failed_last_hour', checks.tips.failed_last_hour],
    ['tips.queue_depth', checks.tips.queue_depth],
    ['tips.revenue_last_hour_yen', checks.tips.revenue_last_hour_yen],
    ['game.game_day', checks.game.game_day],
    ['game.current_cycle', checks.game.current_cycle],
    ['game.last_cycle_at', checks.game.last_cycle_at],
    ['platforms.youtube', checks.platforms.youtube.status],
    ['platforms.tiktok', checks.platforms.tiktok.status],
    ['platforms.obs', checks.platforms.obs.status],
    ['platforms.viewers', checks.platforms.viewers],
    ['ws.connected_clients', checks.ws.connected_clients],
    ['backups.last_at', checks.backups.last_at],
    ['backups.last_ok', checks.backups.last_ok],
    ['backups.db_size_mb', checks.database.size_mb],
    ['backups.disk_free_gb', checks.system.disk_free_gb],
  ])('%s', (id, truth) => {
    expect(shownValue(markup, id)).toBe(String(truth));
  });
  test('the characters with activity and mood; a mood that is not reported is a dash', () => {
    const rows = [...markup.matchAll(/data-name="(\w+)".*?character\.activity">(\w+)<.*?mood" data-value="(\d*)"/g)];
    expect(rows.map(([, name, activity, mood]) => [name, activity, mood])).toEqual([
      ['John', 'cooking', '72'],
      ['Sara', 'reading', '85'],
      ['Eve', 'sleeping', ''],
    ]);
  });
});

test('V4: load, memory and disk of the machine', () => {
  const markup = drawn('healthy');
  const { system } = sampleHealth('healthy', nowMs).checks;
  expect(shownValue(markup, 'system.host_cpu_percent')).toBe(String(system.host_cpu_percent));
  expect(shownValue(markup, 'system.host_memory_percent')).toBe(String(system.host_memory_percent));
  expect(Number(shownValue(markup, 'system.disk_used_percent'))).toBeGreaterThan(0);
});

test('D2: an alert reads [LEVEL] MM-DD HH:MM text', () => {
  const item = /<li[^>]*data-level="critical".*?<\/li>/.exec(drawn('down'))?.[0] ?? '';
  const text = item
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  expect(text).toMatch(/^\[CRIT\] 03-11 00:29 Process is down and did not come back within 10 s\./);
});

describe('D3: what is old is never green', () => {
  test('a stopped app: the process is an error, what it reported is stale', () => {
    const markup = drawn('down');
    expect(stateOf(markup, 'process')).toBe('error');
    expect(['llm', 'tips', 'game'].map((panel) => stateOf(markup, panel))).toEqual(['stale', 'stale', 'stale']);
  });
  test('half a minute without the server everything is stale, a minute on everything is unknown', () => {
    const panels = ['process', 'llm', 'tips', 'game', 'platforms', 'backups', 'system'];
    const late = drawn('healthy', 'en', 30_000);
    expect(new Set(panels.map((panel) => stateOf(late, panel)))).toEqual(new Set(['stale']));
    expect(late).not.toMatch(/class="state is-ok/);
    const lost = drawn('healthy', 'en', 60_000);
    expect(new Set(panels.map((panel) => stateOf(lost, panel)))).toEqual(new Set(['unknown']));
    expect(lost).not.toMatch(/class="state is-ok/);
    expect(lost).not.toContain('cooking');
    expect(shownValue(lost, 'process.memory_mb')).toBe('');
    expect(lost).toContain('last 145');
  });
});

test('a panel without a source is one line with its configuration key', () => {
  const markup = drawn('empty');
  expect(stateOf(markup, 'game')).toBe('not-configured');
  expect(markup).toContain('<code>services.ailife.report.parts</code>');
});

test('D6: the same page in Japanese keeps the words of the app', () => {
  const markup = drawn('degraded', 'ja');
  expect(markup).toContain('LLM呼び出しの15.3%が失敗しています');
  expect(markup).toContain('cooking');
});
