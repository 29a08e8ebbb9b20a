import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { errorCatalog } from './error-catalog.ts';

const runbook = path.resolve(import.meta.dirname, '../../../docs/runbook');

test('every critical code has its page for 3 a.m., in both languages, and no page is left over', () => {
  const critical = Object.entries(errorCatalog)
    .filter(([, entry]) => 'critical' in entry)
    .map(([code]) => code);
  expect(
    readdirSync(runbook)
      .map((file) => path.basename(file, '.md'))
      .sort(),
  ).toEqual(critical.sort());
  for (const code of critical) {
    const page = readFileSync(path.join(runbook, `${code}.md`), 'utf8');
    expect(page, code).toMatch(new RegExp(`^# ${code}: `));
    for (const part of ['## Look', '## Do', '## 日本語']) expect(page, code).toContain(part);
  }
});

test('every code tells what to do', () => {
  for (const [code, entry] of Object.entries(errorCatalog)) expect(entry.hint.length, code).toBeGreaterThan(10);
});
