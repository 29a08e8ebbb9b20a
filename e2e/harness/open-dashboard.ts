import type { RunningKit } from '@yoban/shared/testing/running-kit';
import { type Browser, chromium, type Page } from 'playwright-core';

const quietFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real Chromium, as Debian packages it. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: quietFlags });

/** Logs in through the page as a person does. */
export async function openDashboard(kit: Pick<RunningKit, 'url' | 'adminKey'>, page: Page): Promise<void> {
  await page.goto(`${kit.url}/admin/dashboard`);
  await page.getByTestId('login.key').fill(kit.adminKey);
  await page.getByTestId('login.submit').click();
  await page.getByTestId('status').waitFor();
}

/** The raw value that a figure on the screen stands for. */
export const shownValue = async (page: Page, testId: string): Promise<string> =>
  (await page.getByTestId(testId).first().getAttribute('data-value')) ?? '';
