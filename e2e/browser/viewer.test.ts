import { freePort } from '@yoban/shared/testing/free-port';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GameWorld, type RunningGame } from '../../examples/ailife/test/running-game.ts';
import { openBrowser } from '../harness/open-dashboard.ts';

const world = new GameWorld();
// A port that the kernel gives to nobody else while the game is away from it.
const quiet = { AILIFE_CYCLE_MS: '86400000', APP_PORT: String(await freePort()) };
let browser: Browser;
let page: Page;
let game: RunningGame;
/** Found by the class that OBS users write into their custom CSS; it must not change. */
let overlay: Locator;

beforeAll(async () => {
  await world.openStandins();
  game = await world.startGame(quiet);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  overlay = page.locator('.yoban-reconnect-overlay');
});
afterAll(async () => {
  await browser?.close();
  await world.end();
});

/** What the page shows, as a viewer reads it. */
async function shown() {
  const figure = async (id: string) => Number(await page.locator(`#${id}`).textContent());
  return {
    day: await figure('day'),
    cycle: await figure('cycle'),
    viewers: await figure('viewers'),
    tips: await figure('tips'),
    characters: await page.locator('#characters article').allInnerTexts(),
  };
}

/** The same from the app's own records. */
async function truth(): Promise<Awaited<ReturnType<typeof shown>>> {
  const { game: played, tips, platforms } = await game.truth();
  return {
    day: played.day,
    cycle: played.cycle,
    viewers: platforms.viewers,
    tips: tips.processedLastHour,
    characters: played.characters.map(({ name, activity, mood }) =>
      [name, mood === undefined ? activity : `${activity} (mood: ${mood})`].join('\n\n'),
    ),
  };
}

const shows = () => expect.poll(shown, { timeout: 15_000 });

test('S1: connected, the page shows the state of the app, follows it, and no overlay covers it', async () => {
  await game.until(({ game: played }) => played.cycle === 1);
  await page.goto(`${game.url}/?lang=en`);
  await overlay.waitFor({ state: 'hidden' });
  await game.fault('tips', { count: 3, yen: 500 });
  await game.fault('viewers', { n: 137 });
  await game.until(({ tips, platforms }) => tips.processedLastHour === 3 && platforms.viewers === 137);
  await shows().toEqual(await truth());
});

test('S1: the app killed, "Reconnecting..." lies over the frozen view, and a stylesheet can hide it by its class', async () => {
  const before = await shown();
  await game.kill('SIGKILL');
  await overlay.waitFor({ state: 'visible' });
  expect(await overlay.textContent()).toBe('Reconnecting...');
  expect(await overlay.getAttribute('class')).toBe('yoban-reconnect-overlay');
  expect(await overlay.boundingBox()).toEqual({ x: 0, y: 0, width: 1280, height: 720 });
  expect(await shown()).toEqual(before);

  const obsCss = await page.addStyleTag({ content: '.yoban-reconnect-overlay { display: none !important }' });
  await overlay.waitFor({ state: 'hidden' });
  await obsCss.evaluate((style) => style.parentNode?.removeChild(style));
  await overlay.waitFor({ state: 'visible' });
});

test('S1: the app back on its port, the same page comes back by itself with the whole state of now', async () => {
  await page.evaluate(() => Reflect.set(window, 'neverReloaded', true));
  // Held away until the state has moved on, so that only the sync can bring it.
  await page.context().setOffline(true);
  game = await world.startGame(quiet);
  await game.fault('tips', { count: 2, yen: 300 });
  await game.fault('viewers', { n: 88 });
  await game.until(({ tips, platforms }) => tips.processedLastHour === 5 && platforms.viewers === 88);
  expect(await overlay.isVisible()).toBe(true);
  expect(await shown()).toMatchObject({ tips: 3, viewers: 137 });
  await page.context().setOffline(false);
  await overlay.waitFor({ state: 'hidden' });
  expect(await shown()).toEqual(await truth());
  expect(await page.evaluate(() => Reflect.get(window, 'neverReloaded'))).toBe(true);
});
