// needs: psql, pg_ctlcluster, pgbouncer, openssl

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { startLoopbackHttp } from '@yoban/shared/testing/loopback-http';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { policyProbeConformance } from '../../packages/host-tools/test/policy-probe-conformance.ts';
import { lookOnce, probeOf } from '../../packages/host-tools/test/probe-around.ts';
import { type PrivatePgbouncer, startPrivatePgbouncer } from '../harness/private-pgbouncer.ts';
import { type PrivatePostgres, startPrivatePostgres } from '../harness/private-postgres.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

let server: PrivatePostgres;
let pool: PrivatePgbouncer;
const undo = undoAfterAll();
beforeAll(async () => {
  server = await startPrivatePostgres(['max_connections=12', 'superuser_reserved_connections=3']);
  undo(server.stop);
  pool = await startPrivatePgbouncer(server, [
    ...['pool_mode = transaction', 'default_pool_size = 2'],
    ...['query_wait_timeout = 1', 'server_login_retry = 1'],
  ]);
  undo(pool.stop);
  server.sql('create table orders (id int primary key, paid boolean); grant select on orders to app');
  server.sql('create table secrets (id int)');
  server.sql('insert into orders select n, true from generate_series(1, 5000) n');
});

type Env = Record<string, string>;
const look = (url: string, declared: Record<string, unknown> = {}, env: Env = {}) =>
  lookOnce(
    probeOf({ type: 'postgres', url: { env: 'DATABASE_URL' }, ...declared }, { env: { DATABASE_URL: url, ...env } }),
  );

/** Other clients of this address, each in the midst of a query, until the test ends it. Who finds no place asks again. */
async function holdConnections(url: string, count: number): Promise<() => Promise<void>> {
  const args = ['-XAtq', '-c', 'select 1', '-c', 'select pg_sleep(60)', url];
  let isHeld = true;
  const hold = async (): Promise<void> => {
    const client = spawn('psql', args, { stdio: 'ignore' });
    clients.add(client);
    await once(client, 'exit');
    clients.delete(client);
    if (isHeld) await hold();
  };
  const clients = new Set<ChildProcess>();
  const holding = Array.from({ length: count }, hold);
  return async () => {
    isHeld = false;
    for (const client of clients) client.kill('SIGKILL');
    await Promise.all(holding);
    const others =
      "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()";
    const end = others.replace('count(*)', 'pg_terminate_backend(pid)');
    await waitFor('the end of their sessions', () => server.sql(end) === '' && server.sql(others) === '0');
  };
}

/** Keeps one client waiting for the pool meanwhile; who is sent away after its second asks again. */
async function whileOneWaits<T>(act: () => Promise<T>): Promise<T> {
  let isOver = false;
  const wait = async () => {
    while (!isOver) await look(pool.url(), { timeout: '10s' });
  };
  const waiting = wait();
  try {
    return await act();
  } finally {
    isOver = true;
    await waiting;
  }
}

const busy = () =>
  Number(server.sql("select count(*) from pg_stat_activity where usename = 'app' and state = 'active'"));

policyProbeConformance('postgres', { timeoutMs: 1_500, hung: 'bad', blind: true }, async () => {
  const own = await startPrivatePostgres();
  const declared = { type: 'postgres', url: { env: 'DATABASE_URL' }, timeout: '1500ms' };
  const probe = (env: Env) => probeOf(declared, { env });
  let stopped = false;
  return {
    probe: () => probe({ DATABASE_URL: own.url() }),
    hurt: own.halt,
    reason: /connection refused: nothing listens at 127\.0\.0\.1:\d+/,
    heal: async () => {
      if (stopped) own.signal('SIGCONT');
      else await own.start();
      stopped = false;
    },
    hang: () => {
      stopped = true;
      own.signal('SIGSTOP');
    },
    blind: { probe: () => probe({}), reason: /DATABASE_URL is not set/ },
    end: own.stop,
  };
});

test('P1: what keeps a connection from coming about is named, and never its password', async () => {
  expect(server.sql('select version()')).toMatch(/^PostgreSQL \d+/);
  const cases: [string, RegExp][] = [
    [server.url({ password: 'guess-guess' }), /^the password or the user is refused$/],
    [server.url({ user: 'nobody' }), /^the password or the user is refused$/],
    [server.url({ database: 'gone' }), /^there is no database "gone"$/],
    ['postgres://app:guess-guess@127.0.0.1:1/app', /^connection refused: nothing listens at 127\.0\.0\.1:1$/],
    ['postgres://app:guess-guess@no-such-host.invalid/app', /^the name no-such-host\.invalid cannot be resolved/],
    ['mysql://app:guess-guess@127.0.0.1/app', /^its address is not of the form postgres:/],
    [pool.url({ password: 'guess-guess' }), /^the password or the user is refused$/],
    [pool.url({ database: 'gone' }), /^the pool knows no database "gone"$/],
    [`${pool.url()}?sslmode=require`, /^no encrypted connection: The server does not support SSL/],
    ['postgres://app:guess/guess-guess@127.0.0.1:5432/app', /a password has %40 for @/],
  ];
  for (const [url, reason] of cases) {
    const finding = await look(url);
    expect(finding, url).toMatchObject({ passes: false, detail: expect.stringMatching(reason) });
    expect(finding.detail).not.toContain('guess-guess');
  }
  expect(await look(server.url())).toMatchObject({ passes: true, unit: 'ms', detail: 'answers' });
  expect(await look(pool.url())).toMatchObject({ passes: true });
});

test('P1: an encrypted connection is as strict as the address says, in the meaning of libpq', async () => {
  const ask = (query: string) => look(`${server.url()}?${query}`);
  expect((await ask('sslmode=verify-full')).detail).toMatch(/^no encrypted connection: self-signed certificate/);
  expect(await ask(`sslmode=verify-full&sslrootcert=${server.certificate}`)).toMatchObject({ passes: true });
  expect(await ask('sslmode=require')).toMatchObject({ passes: true });
  expect(await ask('sslmode=require&sslrootcert=/no/such/ca.pem')).toMatchObject({
    ...{ passes: false, unknown: true },
    detail: expect.stringMatching(/^a file that its address names is not there: /),
  });
});

test('P1: too many connections are told from a server that is gone', async () => {
  // All that its twelve leave beside the three kept for a superuser.
  const release = await holdConnections(server.url(), 9);
  try {
    const refused = await waitFor('the last connection to be taken', async () => {
      const finding = await look(server.url());
      return finding.passes ? null : finding;
    });
    expect(refused).toMatchObject({ unknown: false, detail: expect.stringMatching(/^too many connections: /) });
  } finally {
    await release();
  }
  expect(await look(server.url())).toMatchObject({ passes: true });
});

test('P1: a pool of which everything is taken is found, with who waits', async () => {
  const pools = () => look(pool.url({ user: 'watch' }), { ask: 'pool' });
  expect(await pools()).toMatchObject({ passes: true, unit: 'count', value: 0 });
  const release = await holdConnections(pool.url(), 2);
  try {
    await waitFor('the pool to be taken', () => busy() >= 2);
    expect(await look(pool.url(), { timeout: '10s' })).toMatchObject({
      passes: false,
      detail: expect.stringMatching(/^the pool is exhausted: query_wait_timeout$/),
    });
    const found = await whileOneWaits(() =>
      waitFor('somebody to wait', async () => {
        const finding = await pools();
        return finding.passes ? null : finding;
      }),
    );
    expect(found).toMatchObject({ passes: false, unknown: false, value: 1 });
    expect(found.detail).toMatch(/^pool exhausted: 1 clients wait, .*app\/app has 2 of 2 connections in use$/);
  } finally {
    await release();
  }
  await waitFor('the pool to be free', async () => (await pools()).passes && (await look(pool.url())).passes);
});

test('P1: a pool that takes no more clients, is paused, or may not be looked into', async () => {
  const small = await startPrivatePgbouncer(server, ['max_client_conn = 2', 'default_pool_size = 2']);
  const release = await holdConnections(small.url(), 2);
  try {
    await waitFor('the clients', () => busy() >= 2);
    expect((await look(small.url())).detail).toBe('the pool takes no more clients (max_client_conn)');
  } finally {
    await release();
    await small.stop();
  }
  const watch = (database = 'app') => look(pool.url({ user: 'watch', database }), { ask: 'pool' });
  const console = (text: string) => runConsole(pool.url({ user: 'watch', database: 'pgbouncer' }), text);
  expect(await watch()).toMatchObject({ passes: true });
  await console('pause app');
  expect((await watch()).detail).toBe('the pool of app is paused (RESUME app ends that)');
  expect((await watch('pgbouncer')).detail).toMatch(/paused/);
  await console('resume app');
  expect(await watch('pgbouncer')).toMatchObject({ passes: true });
  expect((await watch('gone')).detail).toBe('pgbouncer knows no database "gone"');
  expect(await look(pool.url(), { ask: 'pool' })).toMatchObject({
    ...{ passes: false, unknown: true },
    detail: expect.stringMatching(/may not look into pgbouncer/),
  });
});

async function runConsole(url: string, text: string): Promise<void> {
  const [code] = await once(spawn('psql', ['-XAtq', '-c', text, url], { stdio: 'ignore' }), 'exit');
  expect(code).toBe(0);
}

test('P1: each table is read with the rights of the address', async () => {
  const tables = (...names: string[]) => look(server.url(), { ask: 'tables', tables: names });
  expect(await tables('orders', 'public.orders')).toMatchObject({ passes: true, value: 2, unit: 'count' });
  expect((await tables('orders', 'secrets', 'gone')).detail).toBe(
    'permission denied for table secrets; relation "gone" does not exist',
  );
  expect((await tables('orders; drop table orders')).detail).toMatch(/relation "orders; drop table orders" does not/);
  const args = ['-XAtq', '-c', 'begin; lock table orders in access exclusive mode; select pg_sleep(60)'];
  const locker = spawn('psql', [...args, server.url({ user: 'postgres' })], { stdio: 'ignore' });
  const held = "select count(*) from pg_locks where relation = 'orders'::regclass and mode = 'AccessExclusiveLock'";
  try {
    await waitFor('the lock', () => server.sql(held) === '1');
    expect((await tables('orders')).detail).toMatch(/^orders: the query did not end in time/);
  } finally {
    server.sql("select pg_terminate_backend(pid) from pg_locks where mode = 'AccessExclusiveLock'");
    if (locker.exitCode === null) await once(locker, 'exit');
  }
});

test('P1: integrity SQL passes when it gives no row; it only reads, and ends on the server too', async () => {
  const query = (sql: string) => look(server.url(), { ask: 'query', sql });
  expect(await query('select * from orders where paid is null;')).toMatchObject({ passes: true, value: 0 });
  expect(await query('select * from orders where id < 4')).toMatchObject({
    ...{ passes: false, value: 3, unit: 'count' },
    detail: 'the query gives 3 rows, expected none',
  });
  expect((await query('table orders')).detail).toBe('the query gives 1000 rows or more, expected none');
  expect(await query('delete from orders returning id')).toMatchObject({ unknown: true });
  expect(await query("select nextval('s') from (select 1) t")).toMatchObject({ passes: false });
  expect(await query('selec')).toMatchObject({ unknown: true, detail: expect.stringMatching(/^the SQL is wrong: /) });
  expect((await query('select pg_sleep(30)')).detail).toMatch(/did not end/);
  await waitFor('nothing left on the server', () => busy() === 0);
  expect(server.sql('select count(*) from orders')).toBe('5000');
});

test('P1: NOTIFY is heard by LISTEN, and a pool that passes none on is named', async () => {
  expect(await look(server.url(), { ask: 'notify' })).toMatchObject({ passes: true, unit: 'ms' });
  expect(await look(pool.url(), { ask: 'notify', timeout: '1s' })).toMatchObject({
    passes: false,
    detail: expect.stringMatching(/^LISTEN does not hear NOTIFY within 1 s/),
  });
});

test('P1: slow is told apart from gone', async () => {
  expect(await look(server.url(), { maxLatency: '5s' })).toMatchObject({ passes: true });
  expect((await look(server.url(), { maxLatency: '0ms' })).detail).toMatch(/^answered in .*, over 0 ms$/);
});

test('P1: a paused project and Supabase’s missing variables are named', async () => {
  const gateway = await startLoopbackHttp({ answer: () => ({ status: 540, body: 'paused' }) });
  undo(gateway.stop);
  const gone = 'postgres://postgres:x@127.0.0.1:1/postgres';
  const keys = { NEXT_PUBLIC_SUPABASE_URL: gateway.url, SUPABASE_SERVICE_ROLE_KEY: 'role-key' };
  expect((await look(gone, {}, keys)).detail).toMatch(/^the Supabase project is paused \(540\): .*connection refused/);
  expect(gateway.requests()[0]).toMatchObject({ path: '/rest/v1/', headers: { apikey: 'role-key' } });
  gateway.script([{ do: 'reply', status: 401 }]);
  expect((await look(gone, {}, keys)).detail).toBe('connection refused: nothing listens at 127.0.0.1:1');
  const half = { SUPABASE_SERVICE_ROLE_KEY: 'role-key' };
  expect((await look(gone, {}, half)).detail).toMatch(/; NEXT_PUBLIC_SUPABASE_URL is not set$/);
  const unset = probeOf({ type: 'postgres', url: { env: 'SUPABASE_DB_URL' } }, { env: {} });
  expect(await lookOnce(unset)).toMatchObject({
    unknown: true,
    detail: 'SUPABASE_DB_URL is not set; NEXT_PUBLIC_SUPABASE_URL is not set; SUPABASE_SERVICE_ROLE_KEY is not set',
  });
});
