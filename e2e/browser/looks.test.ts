import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PREVIEW_KEY, type PreviewServer, startPreview } from '../../apps/dashboard/test/preview-server.ts';
import { openBrowser } from '../harness/open-dashboard.ts';

const widths = [320, 360, 768, 1024, 1440];
const languages = ['ja', 'en'] as const;
/** In trouble the page says the most: long sentences, pills, every kind of panel state. */
const troubles = ['degraded', 'down'] as const;

let preview: PreviewServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  preview = await startPreview('degraded');
  browser = await openBrowser();
  page = await browser.newPage({ reducedMotion: 'reduce' });
  await page.goto(preview.url);
  await page.getByTestId('login.key').fill(PREVIEW_KEY);
  await page.getByTestId('login.submit').click();
  await page.getByTestId('status').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await preview.close();
});

/** The switch lies in the drawer of a phone: pressed without a pointer, so that every width can use it. */
async function speak(language: (typeof languages)[number]): Promise<void> {
  await page
    .getByTestId(`locale.${language}`)
    .first()
    .evaluate((button: HTMLElement) => button.click());
  await page.locator(`html[lang="${language}"]`).waitFor();
}

async function goTo(place: string): Promise<void> {
  await page
    .locator(`a[href$="/admin/dashboard/${place}"]`)
    .first()
    .evaluate((link: HTMLElement) => link.click());
  await page.waitForURL(`**/${place}`);
}

async function show(scenario: (typeof troubles)[number]): Promise<void> {
  preview.show(scenario);
  const status = scenario === 'down' ? 'unhealthy' : 'degraded';
  await page.locator(`[data-testid="status"][data-value="${status}"]`).waitFor();
}

/** Text that a box around it cuts off, and by how much the page is wider than the window. What scrolls by itself is not cut. */
function whatIsCut(): string[] {
  const excess = document.documentElement.scrollWidth - window.innerWidth;
  const found = excess > 0 ? [`the page is ${excess} px too wide`] : [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.textContent?.trim()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    if (text.width === 0) continue;
    for (let box = node.parentElement; box; box = box.parentElement) {
      const style = getComputedStyle(box);
      // Spoken only (clip-path) or reached by scrolling: not meant to be seen in full at once.
      if (style.clipPath !== 'none' || /auto|scroll/.test(style.overflowX)) break;
      const edge = box.getBoundingClientRect();
      const cut = style.overflowX !== 'visible' && (text.right > edge.right + 1 || text.left < edge.left - 1);
      if (cut) found.push(`"${node.textContent}" in <${box.tagName.toLowerCase()} class="${box.className}">`);
    }
  }
  return found;
}

describe('D2, D6: no page scrolls sideways and no text is cut off', () => {
  test.each(languages)('the overview in trouble, every width, %s', async (language) => {
    await speak(language);
    for (const scenario of troubles) {
      await show(scenario);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(whatIsCut), `${scenario} at ${width}`).toEqual([]);
      }
    }
  });

  test.each(languages)('the other pages, on a phone and on a desk, %s', async (language) => {
    await speak(language);
    for (const place of ['services', 'alerts', 'alerts/silences', 'alerts/channels', 'incidents', 'backups']) {
      await goTo(place);
      for (const width of [320, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(whatIsCut), `${place} at ${width}`).toEqual([]);
      }
    }
    await page
      .getByRole('link', { name: 'yoban' })
      .first()
      .evaluate((link: HTMLElement) => link.click());
    await page.getByTestId('status').waitFor();
  });
});

describe('A7, D3: what unfolds on the pages about alerts is whole, and has no accessibility fault', () => {
  test.each([
    ['light', 'ja', 320],
    ['dark', 'en', 1440],
  ] as const)('%s, %s, %i px', async (colorScheme, language, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await speak(language);
    await show('degraded');
    await goTo('alerts');
    await page.locator('[data-testid="alert.row"][data-state="acked"]').getByTestId('alert.details').click();
    await page.locator('[data-testid="alert.row"][data-state="open"]').first().getByTestId('alert.details').click();
    await page.getByTestId('alert.history').waitFor();
    const found = [await page.evaluate(whatIsCut), await accessibilityFaults()];
    await goTo('alerts/silences');
    await page.getByTestId('silence.new').click();
    await page.getByTestId('silence.start.later').check();
    await page.getByTestId('silence.for.until').check();
    await page.getByTestId('silence.add-matcher').click();
    await page.getByTestId('silence.make').click();
    found.push(await page.evaluate(whatIsCut), await accessibilityFaults());
    await goTo('alerts/channels');
    await page.getByTestId('dead.resend').click();
    await page.locator('[data-testid="command.outcome"][data-state="refused"]').waitFor();
    found.push(await page.evaluate(whatIsCut), await accessibilityFaults());
    expect(found).toEqual([[], [], [], [], [], []]);
    await goTo('');
    await page.getByTestId('status').waitFor();
  });
});

/** Faults of the rules for level A and AA, contrast included, as `rule: element`. */
async function accessibilityFaults(): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const rules = { type: 'tag' as const, values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] };
    const run: typeof axe.run = Reflect.get(window, 'axe').run;
    const { violations } = await run(document, { runOnly: rules, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}

test.each([
  ['light', 'ja', 360, 'degraded'],
  ['light', 'en', 1440, 'down'],
  ['dark', 'ja', 1440, 'degraded'],
  ['dark', 'en', 360, 'down'],
] as const)('D3: no accessibility fault: %s, %s, %i px, %s', async (colorScheme, language, width, scenario) => {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height: 900 });
  await speak(language);
  await show(scenario);
  expect(await accessibilityFaults()).toEqual([]);
});

test('D1: the menu of a phone opens by the keyboard, shows where the focus is and has no fault', async () => {
  await page.setViewportSize({ width: 360, height: 800 });
  await page.getByTestId('menu').focus();
  await page.keyboard.press('Enter');
  const drawer = page.locator('#drawer');
  await drawer.waitFor();
  await page.keyboard.press('Tab');
  const ring = await page.evaluate(() => {
    const { activeElement: focused } = document;
    return focused && { inside: focused.closest('#drawer') !== null, outline: getComputedStyle(focused).outlineStyle };
  });
  expect(ring).toEqual({ inside: true, outline: 'solid' });
  expect(await page.evaluate(whatIsCut)).toEqual([]);
  expect(await accessibilityFaults()).toEqual([]);
});

test('D3: a tab in the background tells its state by its title', async () => {
  await show('down');
  expect(await page.title()).toMatch(/^\(\d+✕\) AIPrizeCohabitationLife · yoban$/);
});
