import { expect, test } from 'vitest';
import { parseJlist } from './pm2-jlist.ts';

const row = (env: Record<string, unknown>) =>
  JSON.stringify([{ name: 'a', pid: 7, pm2_env: { status: 'online', ...env } }]);

test('notices above the list are passed over, and secrets of the app do not leave', () => {
  const [app] = parseJlist(
    `>>>> In-memory PM2 is out-of-date\n${row({ SLACK_WEBHOOK_URL: 'https://x', restart_time: 3 })}\n`,
  );
  expect(app?.status).toMatchObject({ state: 'online', pid: 7, restarts: 3, restartLimit: 16, gaveUp: false });
  expect(JSON.stringify(app)).not.toContain('https://x');
});

test('H7: giving up is told from waiting, although pm2 calls both "waiting restart"', () => {
  const state = (env: Record<string, unknown>) => parseJlist(row({ status: 'waiting restart', ...env }))[0]?.status;
  expect(state({ created_at: 1 })).toMatchObject({ state: 'waiting-restart', gaveUp: false });
  expect(state({ created_at: null })).toMatchObject({ state: 'waiting-restart', gaveUp: true });
});

test('output without a list, or with another shape, is an error and not an empty list', () => {
  expect(() => parseJlist('[PM2] Spawning'.slice(6))).toThrow('no list');
  expect(() => parseJlist('[{"name": 1}]')).toThrow('another shape');
});
