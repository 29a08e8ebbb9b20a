import { expect, test } from 'vitest';
import { pm2AppsOf } from './pm2-apps.ts';

const answer = (env: Record<string, unknown>) => ({
  args: [[{ name: 'a', pid: 7, pm2_env: { status: 'online', ...env } }]],
});

test('secrets of the app do not leave', () => {
  const [app] = pm2AppsOf(answer({ SLACK_WEBHOOK_URL: 'https://x', restart_time: 3 }));
  expect(app?.status).toMatchObject({ state: 'online', pid: 7, restarts: 3, restartLimit: 16, gaveUp: false });
  expect(JSON.stringify(app)).not.toContain('https://x');
});

test('H7: giving up is told from waiting, although pm2 calls both "waiting restart"', () => {
  const state = (env: Record<string, unknown>) => pm2AppsOf(answer({ status: 'waiting restart', ...env }))[0]?.status;
  expect(state({ created_at: 1 })).toMatchObject({ state: 'waiting-restart', gaveUp: false });
  expect(state({ created_at: null })).toMatchObject({ state: 'waiting-restart', gaveUp: true });
});

test('an answer that is an error, or has another shape, is an error and not an empty list', () => {
  expect(() => pm2AppsOf({ error: 'no' })).toThrow('cannot list');
  expect(() => pm2AppsOf({ args: [[{ name: 1 }]] })).toThrow('another shape');
  expect(() => pm2AppsOf({})).toThrow('another shape');
});
