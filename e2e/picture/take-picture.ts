import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Tier } from '@yoban/shared/contracts/backup';
import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { type RunningKit, startKit } from '@yoban/shared/testing/running-kit';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, openDashboard } from '../harness/open-dashboard.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');
/** The panels of the overview that have a state; alerts are a list. */
const panels = ['process', 'llm', 'tips', 'game', 'platforms', 'backups', 'system'];
const SIZE_LIMIT_BYTES = 250 * 1024;

/** A household that lives faster than its real pace. */
const livelyApp = { AILIFE_CYCLE_MS: '20000', AILIFE_CHAT_MS: '1500', STANDIN_TIP_EVERY_MS: '6000' };

const pictures = [
  { file: 'dashboard.png', locale: 'en', colorScheme: 'light' },
  { file: 'dashboard.ja.png', locale: 'ja', colorScheme: 'dark' },
] as const;

/** Every number is there and nothing is wrong: no dash where a value belongs, no state but ok. */
async function isFilled(page: Page): Promise<boolean> {
  const states = await Promise.all(panels.map((id) => page.getByTestId(`panel.${id}`).getAttribute('data-state')));
  const status = await page.getByTestId('status').getAttribute('data-value');
  const tips = Number(await page.getByTestId('tips.today').getAttribute('data-value'));
  const verified = await page.getByTestId('backups.verified_at').getAttribute('data-value');
  return status === 'healthy' && states.every((state) => state === 'ok') && tips > 0 && Boolean(verified);
}

async function takePicture(kit: RunningKit, browser: Browser, picture: (typeof pictures)[number]): Promise<void> {
  const { file, locale, colorScheme } = picture;
  const page = await browser.newPage({ viewport: { width: 1440, height: 1180 }, deviceScaleFactor: 1, colorScheme });
  await openDashboard(kit, page);
  await page.getByTestId(`locale.${locale}`).first().click();
  await page.locator(`html[lang="${locale}"]`).waitFor();
  await page.mouse.move(0, 0);
  await waitFor('every panel filled and healthy', () => isFilled(page), 120 * SECOND);
  const target = path.join(docs, file);
  await page.screenshot({ path: target, fullPage: true, animations: 'disabled' });
  const { size } = statSync(target);
  if (size > SIZE_LIMIT_BYTES) throw new Error(`${target} has ${size} bytes, at most ${SIZE_LIMIT_BYTES}`);
  console.log(`${path.relative(process.cwd(), target)}: ${Math.round(size / 1024)} kB`);
  await page.close();
}

/** Backups now, so that the picture shows what a day later looks like. */
async function backUp(kit: RunningKit, tiers: readonly Tier[]): Promise<void> {
  for (const tier of tiers) {
    const made = await kit.yoban('backup', 'now', '--tier', tier);
    if (made.code !== 0) throw new Error(`no ${tier} backup for the picture:\n${made.stderr}`);
  }
}

// A minute and a quarter: some cycles, a dozen tips, every report interval passed. With an hour the charts have lines.
const { values: options } = parseArgs({ options: { minutes: { type: 'string', default: '1.25' } } });
const livedMs = Number(options.minutes) * MINUTE;
if (!(livedMs > 0)) throw new Error(`--minutes wants a number above 0, not "${options.minutes}"`);

mkdirSync(docs, { recursive: true });
const kit = await startKit(livelyApp);
const livedAt = performance.now() + livedMs;
const browser = await openBrowser();
try {
  // Somebody watches the show: the screen that the panel Platforms counts.
  const viewer = await browser.newPage();
  await viewer.goto(kit.appUrl);
  await backUp(kit, ['weekly', 'daily', 'hourly']);
  await waitFor('a life to look at', () => performance.now() > livedAt, livedMs + SECOND);
  // Those of the first second have hardly anything in them.
  await backUp(kit, ['hourly']);
  for (const picture of pictures) await takePicture(kit, browser, picture);
} finally {
  await browser.close();
  await kit.stop();
  kit.remove();
}
