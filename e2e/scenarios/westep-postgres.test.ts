// needs: psql, pg_ctlcluster, pgbouncer, openssl

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startLoopbackHttp } from '@yoban/shared/testing/loopback-http';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { createPresetKit, type PresetKit, writeProgram } from '../../apps/watchdog/test/preset-kit.ts';
import { startPrivatePgbouncer } from '../harness/private-pgbouncer.ts';
import { type PrivatePostgres, startPrivatePostgres } from '../harness/private-postgres.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();
const limitMs = 120_000;
let server: PrivatePostgres;
let poolUrl = '';
let consoleUrl = '';
let kit: PresetKit;

/** What the preset calls as `npx tsx scripts/auto-repair.ts <name>`: the repair itself, by SQL. `$3` is its name. */
const repairs = (superuser: string) => `
sql() { psql -XAtq -c "$1" '${superuser}'; }
end_sleepers() {
  # Whoever waited in the pool gets the place of the one that was ended.
  for _ in 1 2 3 4 5; do
    sql "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app' and query like '%pg_sleep%'"
    sleep 0.5
  done
}
case "$3" in
  restore_connection | restore_connection_pool) end_sleepers ;;
  fix_permissions) sql "grant select on users to app" ;;
  fix_data_integrity) sql "delete from orders where amount < 0" ;;
  *) echo "diagnosis of $2" ;;
esac
`;

/** The preset as it is shipped; only how often it looks is this test's, */
const own = `services:
  westep:
    supervisor: {kind: none}
    probeDefaults: {recheck: {times: 2, every: 1s}}
    probes:
      database: {every: 1s}
      pool: {every: 1s}
      integrity: {sql: "SELECT id FROM orders WHERE amount < 0"}
`;

beforeAll(async () => {
  server = await startPrivatePostgres(['max_connections=12', 'superuser_reserved_connections=3']);
  undo(server.stop);
  const pool = await startPrivatePgbouncer(server, ['pool_mode = transaction', 'default_pool_size = 2']);
  undo(pool.stop);
  poolUrl = pool.url();
  consoleUrl = pool.url({ user: 'watch' });
  server.sql('create table users (id int primary key); grant select on users to app; insert into users values (1)');
  server.sql(
    'create table orders (id int, amount int); grant select on orders to app; insert into orders values (1, 1)',
  );
  const api = await startLoopbackHttp({ answer: () => ({ status: 200, body: '{}' }) });
  undo(api.stop);
  kit = await createPresetKit(
    'westep',
    (dir) => {
      writeProgram(dir, 'npx', repairs(server.url({ user: 'postgres' })));
      writeFileSync(
        path.join(dir, 'monitoring.json'),
        JSON.stringify({ monitoring: { intervals: { health: 4_000, performance: 60_000 } } }),
      );
      return own;
    },
    (dir) => ({
      ...{ DATABASE_URL: server.url(), PGBOUNCER_URL: consoleUrl, WESTEP_DIR: dir },
      ...{ NEXT_PUBLIC_SUPABASE_URL: api.url, SUPABASE_SERVICE_ROLE_KEY: 'a-key', WESTEP_API_URL: api.url },
    }),
  );
  undo(() => kit.close());
  await kit.start();
  await sees('database', 'ok');
});

const sees = (probe: string, state: 'ok' | 'failing') =>
  waitFor(
    `${probe} ${state}`,
    () => kit.ear.checks.some((one) => one.check === 'probe' && one.name === probe && one.state === state),
    limitMs,
  );
const over = (fault: string) =>
  waitFor(
    `the end of ${fault}`,
    () => kit.ear.incidents.findLast((one) => one.fault === fault && one.recoveredAt),
    limitMs,
  );

/** Clients of that address, each amid a query, until a repair ends them. */
function hold(url: string, count: number): void {
  for (let client = 0; client < count; client += 1) {
    const child = spawn('psql', ['-XAtq', '-c', 'select pg_sleep(600)', url], { stdio: 'ignore' });
    undo(async () => {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended;
    });
  }
}

test('P1: the pool is exhausted: found, its holders ended, proven', async () => {
  hold(poolUrl, 4);
  expect(await over('pool_exhausted')).toMatchObject({
    recoveredBy: 'yoban',
    actions: [{ name: 'restore_connection_pool', ok: true }],
  });
  expect(kit.runs()).toEqual(['restore_connection_pool']);
});

test('P1: a table is closed to the app: found, granted again, proven', async () => {
  server.sql('revoke select on users from app');
  expect(await over('tables_closed')).toMatchObject({ recoveredBy: 'yoban', evidence: [expect.any(String)] });
  expect(kit.runs()).toEqual(['restore_connection_pool', 'fix_permissions']);
  server.sql('set role app; select count(*) from users');
});

test('P1: data that contradict each other are a WARNING, and mended', async () => {
  server.sql('insert into orders values (2, -1)');
  expect(await over('data_broken')).toMatchObject({ recoveredBy: 'yoban', severity: 'warning' });
  expect(server.sql('select count(*) from orders')).toBe('1');
});

test('P1, P3: no connection is left: CRITICAL; the fourth repair within the hour is refused, and people are told', async () => {
  kit.forget();
  hold(server.url(), 12);
  await waitFor('the limit to be told', () => kit.ear.told().includes('raise restart_limit'), limitMs);
  expect(kit.ear.incidents.findLast(({ fault }) => fault === 'connection_lost')).toMatchObject({
    severity: 'critical',
    recoveredAt: null,
  });
  expect(kit.runs()).toEqual([]);
  server.sql(
    "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()",
  );
  expect(await over('connection_lost')).toMatchObject({ recoveredBy: 'by-itself' });
});
