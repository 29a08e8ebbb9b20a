import { expect, test } from 'vitest';
import { errorCatalog } from '../error-catalog.ts';
import { alertText } from './alert-text.ts';
import { alertCatalogue, isAlertType } from './catalogue.ts';

const params = {
  restarts: 1,
  restartLimit: 10,
  supervisor: 'pm2',
  downMs: 900,
  tier: 'hourly',
  db: 'game',
  sizeMb: 6.3,
  seconds: 0.4,
  value: 15.3,
  limit: 10,
  graceS: 10,
};

test('A9: every alert type has words in both languages, and they differ', () => {
  for (const alertType of Object.keys(alertCatalogue)) {
    const en = alertText({ alertType, params, state: 'open' }, 'en');
    const ja = alertText({ alertType, params, state: 'open' }, 'ja');
    expect(en.cause, alertType).not.toBe(ja.cause);
    expect(en.title, alertType).not.toBe(ja.title);
    expect(`${en.cause}${ja.cause}`, alertType).not.toContain('undefined');
  }
});

test('A9: a critical type names a runbook code of the error catalog', () => {
  for (const [name, entry] of Object.entries(alertCatalogue)) {
    if (entry.level !== 'critical') continue;
    expect(Object.keys(errorCatalog), name).toContain(entry.runbook);
  }
});

test('A9: the restart notice counts against the supervisor limit', () => {
  expect(alertText({ alertType: 'process_restarted', params, state: 'info' }, 'en').cause).toContain(
    'restarted by pm2 (1 of 10)',
  );
});

test('a type from outside is told by its own name and text', () => {
  expect(isAlertType('DiskWillFill')).toBe(false);
  expect(alertText({ alertType: 'DiskWillFill', params: { text: 'in 4 h' }, state: 'open' }, 'ja')).toMatchObject({
    title: 'DiskWillFill',
    cause: 'in 4 h',
  });
});
