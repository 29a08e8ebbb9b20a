import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lastWords } from './last-words.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'y-words-'));
const file = path.join(folder, 'a.log');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('O2: what a service complained about is told once, with the way out', () => {
  const fatal = { level: 'fatal', err: { message: 'alerter cannot run without SLACK_WEBHOOK_URL' }, hint: 'Set it.' };
  const lines = [{ level: 'info', event: 'service.stopped' }, fatal, { level: 'info', event: 'x' }, fatal];
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  expect(lastWords(file)).toEqual(['alerter cannot run without SLACK_WEBHOOK_URL. Set it.']);
});

test('a log of plain text is shown as it ends', () => {
  writeFileSync(file, `${Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n')}\n`);
  expect(lastWords(file)).toHaveLength(12);
  expect(lastWords(file).at(-1)).toBe('line 29');
});

test('a missing log is said, not thrown', () => {
  expect(lastWords(path.join(folder, 'none'))[0]).toContain('ENOENT');
});
