import { rmSync } from 'node:fs';
import path from 'node:path';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { type RunningKit, startKit } from '@yoban/shared/testing/running-kit';
import { waitFor } from '@yoban/shared/testing/wait-for';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { flip, healthyPid, newPid, quietApp, readTruth, type Truth } from '../harness/example-app.ts';
import { openBrowser, openDashboard, shownValue } from '../harness/open-dashboard.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();
let kit: RunningKit;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  kit = await startKit({ ...quietApp, AILIFE_CYCLE_MS: '6000' });
  undo(kit.remove);
  undo(kit.stop);
  browser = await openBrowser();
  undo(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 1440, height: 1260 } });
  page = await context.newPage();
});

test('D1: a wrong key is refused in words, the right one opens the page, ?key= leaves the address', async () => {
  await page.goto(`${kit.url}/admin/dashboard`);
  await page.getByTestId('login.key').fill('not the key');
  await page.getByTestId('login.submit').click();
  await waitFor('the refusal', async () => (await page.getByTestId('login.error').textContent())?.trim());
  await openDashboard(kit, page);

  const other = await browser.newPage();
  await other.goto(`${kit.url}/admin/dashboard?key=${encodeURIComponent(kit.adminKey)}`);
  await other.getByTestId('status').waitFor();
  expect(other.url()).not.toContain('key=');
  await other.close();
});

/** What the page must show for each number of drawing 6.1, from the app's own records. */
const truthOf = (truth: Truth): Record<string, number> => ({
  'tips.processed_last_hour': Number(truth.tips.processedLastHour),
  'tips.failed_last_hour': Number(truth.tips.failedLastHour),
  'tips.queue_depth': Number(truth.tips.queueDepth),
  'tips.revenue_last_hour_yen': Number(truth.tips.revenueLastHourYen),
  'llm.timeouts_last_hour': Number(truth.llm.timeoutsLastHour),
  'llm.fallbacks_last_hour': Number(truth.llm.fallbacksLastHour),
  'game.current_cycle': truth.game.cycle,
  'game.game_day': truth.game.day,
  'platforms.viewers': truth.platforms.viewers,
});

async function differences(): Promise<string[]> {
  const truth = truthOf(await readTruth(kit));
  const shown = await Promise.all(
    Object.keys(truth).map(async (id) => [id, Number(await shownValue(page, id))] as const),
  );
  return shown
    .filter(([id, value]) => value !== truth[id])
    .map(([id, value]) => `${id}: shows ${value}, is ${truth[id]}`);
}

test('D2: every number on the screen becomes the truth of the app after a change', async () => {
  await flip(kit, 'tips', { count: 7, yen: 500 });
  await flip(kit, 'tips', { count: 2, yen: 300, fail: true });
  await flip(kit, 'viewers', { n: 137 });
  let open: string[] = [];
  await waitFor(
    'all numbers equal',
    async () => {
      open = await differences();
      return open.length === 0;
    },
    40_000,
  ).catch(() => expect(open).toEqual([]));
  const truth = await readTruth(kit);
  for (const character of truth.game.characters) {
    expect(await page.getByTestId('game.character').filter({ hasText: character.name }).count()).toBe(1);
  }
  for (const id of [
    'process.memory_mb',
    'process.cpu_percent',
    'process.restart_count',
    'llm.avg_response_ms',
    'llm.error_rate_percent',
    'backups.db_size_mb',
    'backups.disk_free_gb',
  ]) {
    expect(await shownValue(page, id), id).toMatch(/^[\d.]+$/);
  }
});

test('D2, S2: OBS is on the air', async () => {
  expect(await shownValue(page, 'platforms.obs')).toBe('ok');
});

test('D3, H5: a killed app shows within two seconds: its restart count and an alert line', async () => {
  const pid = await waitFor('the app', () => healthyPid(kit));
  const before = Number(await shownValue(page, 'process.restart_count'));
  const lines = await page.getByTestId('alerts.item').count();
  const ownTime = startOwnTime(kit.home);
  process.kill(pid, 'SIGKILL');
  await page.waitForFunction(
    ([count, known]) =>
      Number(document.querySelector('[data-testid="process.restart_count"]')?.getAttribute('data-value')) === count &&
      document.querySelectorAll('[data-testid="alerts.item"]').length > known,
    [before + 1, lines] as const,
  );
  expect(ownTime()).toBeLessThan(2_000);
  await newPid(kit, pid);
});

test('D3: held down, the Process panel itself says error while the page stays open', async () => {
  const pid = await waitFor('the app', () => healthyPid(kit));
  await flip(kit, 'refuse-start', { on: true });
  const ownTime = startOwnTime(kit.home);
  process.kill(pid, 'SIGKILL');
  await page.locator('[data-testid="panel.process"][data-state="error"]').waitFor();
  expect(ownTime()).toBeLessThan(2_000);
  rmSync(path.join(kit.home, 'data/game.sqlite.refuse-start'));
  expect(await kit.yoban('restart', 'ailife')).toMatchObject({ code: 0 });
  await page.locator('[data-testid="panel.process"][data-state="ok"]').waitFor();
});

test('D6: the whole page changes language, and the choice stays', async () => {
  await page.getByTestId('locale.ja').first().click();
  await page.getByText('プロセス').first().waitFor();
  await page.reload();
  await page.getByText('プロセス').first().waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('ja');
  await page.getByTestId('locale.en').first().click();
});

test('D3: the page has no accessibility fault of the rules for level A and AA', async () => {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const rules = { type: 'tag' as const, values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] };
    const run: typeof axe.run = Reflect.get(window, 'axe').run;
    return (await run(document, { runOnly: rules })).violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`);
  });
  expect(found).toEqual([]);
});

test('D5, K3: the queue pages open behind the same login and list every queue', async () => {
  const queues = await page.context().newPage();
  await queues.goto(`${kit.url}/admin/queues`);
  for (const name of ['backup-run', 'alert-event', 'fact'])
    await queues.getByText(name, { exact: true }).first().waitFor();
  await queues.close();
  const stranger = await browser.newContext();
  const refused = await stranger.request.get(`${kit.url}/admin/queues`, { maxRedirects: 0 });
  expect([302, 401]).toContain(refused.status());
  await stranger.close();
});
