import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const { apps } = createRequire(import.meta.url)('../../infra/pm2/ecosystem.config.cjs');
const app = (name) => apps.find((candidate) => candidate.name === name);

test("H7: the guarded app runs with the source's pm2 values", () => {
  expect(app('ailife')).toMatchObject({
    exec_mode: 'fork',
    instances: 1,
    autorestart: true,
    watch: false,
    max_memory_restart: '512M',
    max_restarts: 10,
    min_uptime: '60s',
    exp_backoff_restart_delay: 100,
    merge_logs: true,
    error_file: expect.stringMatching(/\/logs\/pm2-error\.log$/),
    out_file: expect.stringMatching(/\/logs\/pm2-out\.log$/),
    log_date_format: 'YYYY-MM-DD HH:mm:ss Z',
  });
});

test('H7: no app has restart_delay, which is dead beside the backoff', () => {
  expect(apps.filter((candidate) => 'restart_delay' in candidate)).toEqual([]);
});

test('C5: every app gets 10 s to stop, no more', () => {
  expect(apps.map(({ kill_timeout }) => kill_timeout)).toEqual(apps.map(() => 10_000));
});

test('every service of the kit is a process of its own that says when it is ready', () => {
  const services = apps.filter(({ name }) => name.startsWith('yoban-'));
  expect(services.map(({ name }) => name)).toEqual([
    'yoban-health-api',
    'yoban-alerter',
    'yoban-backup-worker',
    'yoban-watchdog',
  ]);
  expect(services.every(({ wait_ready, exec_mode }) => wait_ready && exec_mode === 'fork')).toBe(true);
});
