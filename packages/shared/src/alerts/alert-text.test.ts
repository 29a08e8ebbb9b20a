import { expect, test } from 'vitest';
import type { AlertParams } from '../contracts/alert.ts';
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

test('a service under the kind "command" is told by the name of the program, in both languages', () => {
  const told = (alertType: string, more: Record<string, boolean>, lang: 'en' | 'ja') =>
    alertText({ alertType, params: { ...params, supervisor: 'command', ...more }, state: 'open' }, lang).cause;
  expect(told('process_restarted', {}, 'en')).toBe('Process was restarted by yoban run (1 of 10), down for 0.9 s.');
  expect(told('process_restarted', {}, 'ja')).toBe(
    'プロセスは yoban run によって再起動されました（1/10回目）。停止時間 0.9秒。',
  );
  expect(told('process_restarted', { supervisorToo: true }, 'en')).toBe(
    'Process was restarted together with yoban run itself, down for 0.9 s.',
  );
  expect(told('process_restarted', { supervisorToo: true }, 'ja')).toBe(
    'プロセスは yoban run ごと再起動されました。停止時間 0.9秒。',
  );
  expect(told('process_down', { exhausted: true }, 'en')).toBe('Process is down and yoban run has given up (1 of 10).');
  expect(told('process_down', { exhausted: true }, 'ja')).toBe(
    'プロセスが停止し、yoban run は再起動をやめました（1/10回目）。',
  );
});

test('a type from outside is told by its own name and text', () => {
  expect(isAlertType('DiskWillFill')).toBe(false);
  expect(alertText({ alertType: 'DiskWillFill', params: { text: 'in 4 h' }, state: 'open' }, 'ja')).toMatchObject({
    title: 'DiskWillFill',
    cause: 'in 4 h',
  });
});

test('A10: the daily statistics name only what the service has, in both languages', () => {
  const day = {
    ...{ hours: 24, upPercent: 99.98, uptimeS: 309_600, incidents: 1 },
    ...{ tips: 52, tipsFailed: 0, revenueYen: 12_300, llmCalls: 4_120, llmErrors: 3, gameDay: 15 },
    ...{ backupsMade: 9, backupsVerified: 9, alertsSent: 4, alertsSuppressed: 2 },
  };
  const told = (lang: 'en' | 'ja', numbers: AlertParams = day) => {
    const { cause, details } = alertText({ alertType: 'daily_stats', params: numbers, state: 'info' }, lang);
    return [cause, ...details];
  };
  expect(told('en')).toEqual([
    'Last 24 h: up 99.98%, 1 incident.',
    'Process: running for 3 d 14 h',
    'Tips: 52 (¥12,300), 0 failed',
    'LLM: 4,120 calls, 3 errors',
    'Game: day 15',
    'Backups: 9 made, 9 verified',
    'Alerts: 4 sent, 2 suppressed',
  ]);
  expect(told('ja')).toHaveLength(7);
  expect(told('ja')[0]).toBe('直近24時間: 稼働率 99.98%、障害 1件。');
  const bare = { hours: 24, upPercent: null, uptimeS: 60, incidents: 0, alertsSent: 0, alertsSuppressed: 0 };
  expect(told('en', bare)).toEqual([
    'Last 24 h: up ?, 0 incidents.',
    'Process: running for 0 d 0 h',
    'Alerts: 0 sent, 0 suppressed',
  ]);
});

test('A9: a fault of a policy has words in both languages under whatever type it is told', () => {
  const told = {
    alertType: 'health_consecutive',
    state: 'open',
    params: { fault: 'unready', cause: 'health: HTTP 503' },
  } as const;
  const tried = { ...told, params: { ...told.params, tries: 2, triedAll: 'restart' } };
  expect(alertText(told, 'en')).toMatchObject({ title: 'Fault unready', cause: 'Fault unready: health: HTTP 503.' });
  expect(alertText(tried, 'en').cause).toBe(
    'Fault unready: health: HTTP 503. Tried: restart (2 actions), not healthy yet.',
  );
  expect(alertText(tried, 'ja').cause).toBe(
    '異常 unready: health: HTTP 503。 restart を実行しました（2回）が、回復していません。',
  );
  expect(alertText({ ...told, state: 'resolved' }, 'ja').short).toBe('異常 unready は解消しました');
});
