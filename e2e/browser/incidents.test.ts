import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { PREVIEW_KEY, startPreview } from '../../apps/dashboard/test/preview-server.ts';
import { openBrowser, openDashboard } from '../harness/open-dashboard.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';
import { startWatchStack, type WatchStack } from '../harness/watch-stack.ts';

const undo = undoAfterAll();
let stack: WatchStack;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  stack = await startWatchStack();
  undo(() => stack.stop());
  browser = await openBrowser();
  undo(() => browser.close());
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: 'en-US', reducedMotion: 'reduce' });
  await openDashboard(stack, page);
  await page.getByRole('link', { name: 'Incidents' }).first().click();
});

const row = (state: 'open' | 'ended') => page.locator(`[data-testid="incident.row"][data-state="${state}"]`);
const kindsOf = (where: Page) =>
  where
    .getByTestId('incident.course')
    .locator('li')
    .evaluateAll((items) => items.map((item) => item.getAttribute('data-kind')));

/** Everything of WCAG A and AA that axe finds wrong with the page as it stands. */
async function accessibilityFaults(where: Page): Promise<string[]> {
  await where.evaluate(axe.source);
  return where.evaluate(async () => {
    const rules = { type: 'tag' as const, values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] };
    const run: typeof axe.run = Reflect.get(window, 'axe').run;
    const { violations } = await run(document, { runOnly: rules, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

test('a fault of the app appears on the open page as an incident, and is looked after by the keyboard', async () => {
  await page.getByText('No incidents yet').waitFor();
  stack.setHealthy('shop', false);
  await row('open').waitFor();
  expect(await row('open').textContent()).toContain('Open');
  expect(await page.getByTestId('incidents.open').textContent()).toBe('1');
  await row('open').getByTestId('incident.details').focus();
  await page.keyboard.press('Enter');
  expect(await kindsOf(page)).toEqual(['detected', 'alerted']);
  await page.getByTestId('incident.ack').focus();
  await page.keyboard.press('Enter');
  await row('open').getByText('Acknowledged').waitFor();
  expect(await page.getByTestId('incident.detail').textContent()).toContain('Looked after by');
  expect(await page.getByTestId('incident.ack').count()).toBe(0);
});

test('its end appears by itself with how long it took; note and false alarm are kept', async () => {
  stack.setHealthy('shop', true);
  await row('ended').waitFor();
  expect(await kindsOf(page)).toEqual(['detected', 'alerted', 'recovered']);
  expect(await page.getByTestId('incident.recovered-after').textContent()).toMatch(/^\d+(\.\d)?\s(ms|s)$/);
  await page.getByTestId('incident.note-field').fill('somebody pulled the cable');
  await page.keyboard.press('Enter');
  await page.getByTestId('incident.note').getByText('somebody pulled the cable').waitFor();
  await page.getByTestId('incident.false-alarm').click();
  await page.locator('[data-testid="incident.row"][data-false-alarm="true"]').waitFor();
  await page.getByTestId('incidents.false-alarms').getByText('100%').waitFor();
  await page.reload();
  await page.locator('[data-testid="incident.row"][data-false-alarm="true"]').waitFor();
  await page.getByTestId('incident.details').click();
  expect(await page.getByTestId('incident.note-field').inputValue()).toBe('somebody pulled the cable');
  await page.getByTestId('incident.false-alarm').click();
  await page.locator('[data-testid="incident.row"][data-false-alarm="false"]').waitFor();
});

test('the list is narrowed by state and service, and what is chosen stands in the address', async () => {
  await page.getByTestId('incidents.state').selectOption('open');
  await page.getByText('No incident matches this filter.').waitFor();
  expect(new URL(page.url()).search).toBe('?state=open');
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByTestId('incidents.service').selectOption('shop');
  await row('ended').waitFor();
  expect(new URL(page.url()).search).toBe('?service=shop');
});

test('S3: a repair shows its evidence, its action and a phase that came late, and ends without a person', async () => {
  await page.getByTestId('incidents.service').selectOption('gateway');
  stack.setHealthy('gateway', false);
  await row('open').getByTestId('incident.details').click();
  await page.locator('[data-testid="incident.course"] li[data-kind="acted"]').waitFor();
  await page.locator('[data-testid="incident.phases"] tr[data-late="true"]').waitFor();
  expect(await page.getByTestId('incident.phases').textContent()).toContain('Process up, health answers 200');
  expect(await page.getByTestId('incident.detail').textContent()).toContain('evidence/');
  stack.setHealthy('gateway', true);
  await row('ended').waitFor();
  const kinds = await kindsOf(page);
  expect(kinds[0]).toBe('began');
  expect(kinds.at(-1)).toBe('recovered');
  await page.getByTestId('incidents.automatic').getByText('100%').waitFor();
});

test('D3, D6, S3: the unfolded course with its phases is whole and accessible, light and dark, on a phone and on a desk', async () => {
  const preview = await startPreview('down');
  undo(() => preview.close());
  const looks = await browser.newPage({ locale: 'en-US', reducedMotion: 'reduce' });
  await looks.goto(preview.url);
  await looks.getByTestId('login.key').fill(PREVIEW_KEY);
  await looks.getByTestId('login.submit').click();
  await looks.getByTestId('status').waitFor();
  for (const language of ['en', 'ja'] as const) {
    await looks
      .getByTestId(`locale.${language}`)
      .first()
      .evaluate((button: HTMLElement) => button.click());
    await looks
      .locator('a[href$="/admin/dashboard/incidents"]')
      .first()
      .evaluate((link: HTMLElement) => link.click());
    await looks.getByTestId('incident.row').first().waitFor();
    await looks
      .locator('[data-testid="incident.details"][aria-expanded="false"]')
      .evaluateAll((buttons: HTMLElement[]) => {
        for (const button of buttons) button.click();
      });
    await looks.getByTestId('incident.phases').first().waitFor();
    for (const [width, colorScheme] of [
      [320, 'light'],
      [1440, 'dark'],
    ] as const) {
      await looks.emulateMedia({ colorScheme });
      await looks.setViewportSize({ width, height: 1000 });
      const excess = await looks.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(excess, `${language} at ${width}`).toBeLessThanOrEqual(0);
      expect(await accessibilityFaults(looks), `${language} at ${width}`).toEqual([]);
    }
  }
  const late = looks.locator('[data-testid="incident.phases"] tr[data-late="true"]');
  expect(await late.count()).toBe(2);
  await looks.close();
});
