import { type FakeSlack, startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { type RunningKit, startKit } from '@yoban/shared/testing/running-kit';
import { waitFor } from '@yoban/shared/testing/wait-for';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { quietApp } from '../harness/example-app.ts';
import { openBrowser, openDashboard } from '../harness/open-dashboard.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();
let kit: RunningKit;
let slack: FakeSlack;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  slack = await startFakeSlack();
  undo(() => slack.stop());
  kit = await startKit({ ...quietApp, SLACK_WEBHOOK_URL: slack.url });
  undo(kit.remove);
  undo(kit.stop);
  browser = await openBrowser();
  undo(() => browser.close());
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: 'en-US', reducedMotion: 'reduce' });
  await openDashboard(kit, page);
  await page.getByRole('link', { name: 'Alerts' }).first().click();
});

/** An alert of somebody else's monitoring, over the API that Prometheus speaks. */
async function raise(service: string, alertname: string): Promise<string> {
  const labels = { alertname, service, severity: 'critical', instance: 'web-3.shop.example:9100' };
  const answer = await fetch(`${kit.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${kit.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify([{ labels, annotations: { description: `${alertname} of ${service}` } }]),
  });
  expect(answer.status, await answer.text()).toBe(200);
  return `${service}/${alertname}`;
}

const row = (key: string) => page.locator(`[data-testid="alert.row"][data-id^="${key}#"]`);
const go = (place: string) => page.getByTestId(`sub-nav.${place}`).click();
const onSlack = (text: string) => slack.messages().filter((message) => message.text.includes(text));
const toldOnSlack = (text: string) => waitFor(`"${text}" on Slack`, () => onSlack(text).length > 0);

test('A7, D3: an alert appears on the open page with its receipt, and is acknowledged with a note by the keyboard', async () => {
  const key = await raise('shop', 'HighErrorRate');
  await row(key).waitFor();
  await row(key).locator('[data-testid="alert.delivery"][data-channel="slack"][data-value="sent"]').waitFor();
  await toldOnSlack('HighErrorRate of shop');
  await row(key).getByTestId('alert.details').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('alert.ack-note').focus();
  await page.keyboard.type('the payment provider is down');
  await page.keyboard.press('Enter');
  await page.locator(`[data-testid="alert.row"][data-id^="${key}#"][data-state="acked"]`).waitFor();
  expect(await page.getByTestId('alert.detail').textContent()).toContain('instance=web-3.shop.example:9100');
  await page.getByTestId('alert.history').getByText('the payment provider is down').waitFor();
  const listed = await kit.yoban('alerts', '--state', 'acked', '--json');
  expect(listed.code, listed.stderr).toBe(0);
  expect(JSON.parse(listed.stdout)).toMatchObject({ alerts: [{ service: 'shop', ackedBy: 'operator' }] });
});

test('A7: given back by the command line, the alert is taken over from the banner of the overview', async () => {
  const id = (await row('shop/HighErrorRate').getAttribute('data-id')) ?? '';
  expect(await kit.yoban('alerts', 'unack', id)).toMatchObject({ code: 0 });
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.getByTestId('banner.ack').click();
  await page.getByTestId('banner.acked').waitFor();
  expect(await page.getByTestId('banner.ack').count()).toBe(0);
});

test('A7: a silence made from an alert holds the next one back until it is ended', async () => {
  await page.getByRole('link', { name: 'Alerts' }).first().click();
  await row('shop/HighErrorRate').getByTestId('alert.details').click();
  await page.getByTestId('alert.silence').click();
  const values = page.getByTestId('silence.matcher-value');
  await values.first().waitFor();
  expect(await Promise.all((await values.all()).map((one) => one.inputValue()))).toEqual(['shop', 'HighErrorRate']);
  await page.getByTestId('silence.make').click();
  expect(await page.getByTestId('silence.problems').textContent()).toContain('Give a reason');
  await page.getByRole('button', { name: 'Remove line 2' }).click();
  await page.getByTestId('silence.comment').fill('moving the shop');
  await page.getByTestId('silence.make').click();
  await page.locator('[data-testid="silence.row"][data-state="active"]').waitFor();
  const key = await raise('shop', 'DiskFull');
  await go('alerts');
  await page.locator(`[data-testid="alert.row"][data-id^="${key}#"][data-silenced="true"]`).waitFor();
  expect(onSlack('DiskFull of shop')).toEqual([]);
  await go('silences');
  await page.getByTestId('silence.end').click();
  await page.locator('[data-testid="silence.row"][data-state="expired"]').waitFor();
  await toldOnSlack('DiskFull of shop');
});

test('A8: a test-send reaches Slack marked TEST and its result is shown, well or not', async () => {
  await go('channels');
  const channel = page.locator('[data-testid="channel.row"][data-channel="slack"]');
  await channel.getByTestId('channel.test').click();
  await page.locator('[data-testid="channel.row"][data-channel="slack"][data-outcome="sent"]').waitFor();
  await toldOnSlack('TEST');
  slack.script([{ do: 'reply', status: 404, body: 'no_service' }]);
  await channel.getByTestId('channel.test').click();
  await channel.getByText('answered HTTP 404').waitFor();
  expect(await channel.getAttribute('data-outcome')).toBe('failed');
  const before = onSlack('TEST').length;
  expect(await kit.yoban('alerts', 'test', 'slack')).toMatchObject({ code: 0 });
  expect(onSlack('TEST').length).toBe(before + 1);
});

test('A5: a message that the receiver refused is shown with why, and arrives when it is sent again', async () => {
  slack.script([{ do: 'reply', status: 400, body: 'invalid_payload' }]);
  await raise('till', 'TillStuck');
  const letter = page.getByTestId('dead.row');
  await letter.getByText('answered HTTP 400').waitFor();
  expect(onSlack('TillStuck of till')).toEqual([]);
  expect((await kit.yoban('alerts', 'dead')).code).toBe(1);
  await letter.getByTestId('dead.resend').click();
  await page.locator('[data-testid="dead"][data-value="0"]').waitFor();
  await toldOnSlack('TillStuck of till');
});

test('the list is narrowed by level, service and text, and what is chosen stands in the address', async () => {
  await go('alerts');
  await row('till/TillStuck').waitFor();
  await page.getByTestId('filter.service').selectOption('till');
  await row('shop/DiskFull').waitFor({ state: 'detached' });
  await page.getByTestId('filter.text').fill('nothing like this');
  await page.getByTestId('filter.clear').waitFor();
  expect(new URL(page.url()).search).toBe('?service=till&q=nothing+like+this');
  await page.getByTestId('filter.clear').click();
  await row('shop/DiskFull').waitFor();
  expect(new URL(page.url()).search).toBe('');
});

test('D3: the pages about alerts have no accessibility fault of the rules for level A and AA', async () => {
  await page.evaluate(axe.source);
  const faults = () =>
    page.evaluate(async () => {
      const rules = { type: 'tag' as const, values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] };
      const run: typeof axe.run = Reflect.get(window, 'axe').run;
      const { violations } = await run(document, { runOnly: rules, resultTypes: ['violations'] });
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    });
  await row('shop/HighErrorRate').getByTestId('alert.details').click();
  expect(await faults()).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  await go('silences');
  await page.getByTestId('silence.new').click();
  expect(await faults()).toEqual([]);
  await go('channels');
  expect(await faults()).toEqual([]);
});
