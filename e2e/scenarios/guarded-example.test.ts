import type { Incident } from '@yoban/shared/contracts/incident';
import { type RunningKit, startKit } from '@yoban/shared/testing/running-kit';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { flip, healthyPid, livedHash, newPid, quietApp } from '../harness/example-app.ts';
import { openBrowser, openDashboard } from '../harness/open-dashboard.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();
const limitMs = 150_000;
let kit: RunningKit;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  kit = await startKit(quietApp);
  undo(kit.remove);
  undo(kit.stop);
  browser = await openBrowser();
  undo(() => browser.close());
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: 'en-US' });
  await openDashboard(kit, page);
  await until('healthy', async () => (await json('/api/health')).status === 'healthy');
});

const json = async (route: string) => (await kit.get(route)).json();
const until = <T>(what: string, look: () => Promise<T>) => waitFor(what, look, limitMs);
const incidents = async (): Promise<Incident[]> => (await json('/api/incidents')).incidents;
const newestDown = async () => (await incidents()).find(({ fault }) => fault === 'down');
const pidNow = () => until('the app', () => healthyPid(kit));
const shownAs = (id: string, value: string) =>
  page.locator(`[data-testid="${id}"][data-value="${value}"]`).waitFor({ timeout: limitMs });

test('R4, S2, S3: npm start, and the app hangs: found, evidence kept, restarted, proven; four phases; on the page', async () => {
  const viewer = await browser.newPage();
  await viewer.goto(kit.appUrl);
  const before = await pidNow();
  await flip(kit, 'hang');
  const over = await until('the end of the incident', async () => {
    const one = await newestDown();
    return one?.recoveredAt && one.phases.every(({ endedAt }) => endedAt !== null) ? one : null;
  });
  expect(await newPid(kit, before)).not.toBe(before);
  expect(over).toMatchObject({
    recoveredBy: 'yoban',
    cause: expect.stringContaining('alive'),
    actions: [
      { name: 'restart', ok: true, by: 'yoban' },
      { name: 'page_ready', ok: true },
      { name: 'refresh_page', ok: true, detail: 'OBS refreshed Stream page' },
    ],
    evidence: [expect.any(String)],
  });
  // In the order in which they ended.
  expect(new Set(over.phases.map(({ name }) => name))).toEqual(
    new Set(['process_up', 'viewers_synced', 'stream_up', 'platforms_fresh']),
  );
  await until('the viewer to be back', async () => (await json('/api/health')).checks.ws.connected_clients === 1);
  await viewer.close();
  await page.getByRole('link', { name: 'Incidents' }).first().click();
  await page.locator('[data-testid="incident.row"][data-state="ended"]').first().waitFor({ timeout: limitMs });
});

test('R4: npm start, and the database is corrupt: restored from the newest backup without anybody', async () => {
  const backup = await kit.yoban('backup', 'now', '--json');
  expect(backup, backup.stderr).toMatchObject({ code: 0 });
  const { file } = JSON.parse(backup.stdout) as { file: { path: string } };
  const before = await pidNow();
  const known = (await newestDown())?.id;
  await flip(kit, 'corrupt-database', { part: 'all' });
  const over = await until('the end of the incident', async () => {
    const one = await newestDown();
    return one?.recoveredAt && one.id !== known ? one : null;
  });
  expect(over.actions.map(({ name, ok }) => [name, ok])).toEqual([
    ['stop', true],
    ['restore', true],
    ['start', true],
    ['page_ready', true],
    ['refresh_page', true],
  ]);
  expect(over.recoveredBy).toBe('yoban');
  await newPid(kit, before, limitMs);
  expect(livedHash(`${kit.home}/data/game.sqlite`)).toBe(livedHash(file.path));
});

test('S2, D2, A9: OBS goes and comes back: seen on the page, told, and no reason to restart anything', async () => {
  const before = await pidNow();
  await page.goto(`${kit.url}/admin/dashboard`);
  await shownAs('platforms.obs', 'ok');
  await flip(kit, 'disconnect', { platform: 'obs', on: true });
  await shownAs('platforms.obs', 'disconnected');
  type Told = { alerts: { alertType: string; state: string }[] };
  const told = async (state: string) =>
    ((await json('/api/alerts')) as Told).alerts.some(
      (one) => one.alertType === 'platform_disconnected_obs' && one.state === state,
    );
  await until('the alert', () => told('open'));
  await flip(kit, 'disconnect', { platform: 'obs', on: false });
  await shownAs('platforms.obs', 'ok');
  await until('its recovery', () => told('resolved'));
  expect(await pidNow()).toBe(before);
});
