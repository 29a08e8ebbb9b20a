import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Producer } from '@yoban/shared/bus/producer';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { firstBrokenAuditRow } from '@yoban/shared/facts/audit-log';
import { announceMaintenance, endMaintenance } from '@yoban/shared/maintenance';
import { freePort } from '@yoban/shared/testing/free-port';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { readyProducer } from '@yoban/shared/testing/ready-producer';
import { runCommand } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import Database from 'better-sqlite3';
import { beforeAll, expect, test } from 'vitest';
import { createPrivateRun, type PrivateRun } from '../../packages/host-tools/src/testing/private-run.ts';
import { type KitServices, startKitServices } from '../harness/kit-services.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const token = 'the-kick-token-of-this-test-is-long';
const cli = path.resolve(import.meta.dirname, '../../apps/cli/src/main.ts');
const undo = undoAfterAll();
const temp = makeTempDir();
let redis: PrivateRedis;
let run: PrivateRun;
let services: KitServices;
let env: NodeJS.ProcessEnv;
let url: string;
let producer: Producer;

beforeAll(async () => {
  undo(temp.remove);
  redis = await startPrivateRedis();
  undo(() => redis.stop());
  producer = await readyProducer(redis.url);
  undo(() => producer.close());
  const appPort = await freePort();
  const script = path.join(temp.dir, 'app.mjs');
  writeFileSync(
    script,
    `import { createServer } from 'node:http'; createServer((_, out) => out.end('ok')).listen(${appPort}, '127.0.0.1');`,
  );
  run = createPrivateRun(script);
  undo(() => run.stop());
  await run.start();
  const config = path.join(temp.dir, 'yoban.yml');
  writeFileSync(config, configText(run.socket, appPort));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  env = {
    ...{
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      LANG: 'C',
      YOBAN_HOME: temp.dir,
      YOBAN_CONFIG: config,
      REDIS_URL: redis.url,
    },
    ...{ PORT: String(port), ADMIN_API_KEY: 'the-admin-key-of-this-test', KICK_TOKEN: token },
  };
  services = await startKitServices(['watchdog', 'health-api'], env);
  undo(() => services.stop());
});

const configText = (socket: string, appPort: number): string => `version: 1
services:
  gateway:
    supervisor: {kind: command, socket: ${socket}}
    probes: {answers: {type: http, url: "http://127.0.0.1:${appPort}/", every: 1s, timeout: 1s}}
    actions: {restart_gateway: {kind: supervisor, op: restart, timeout: 20s}, stop_gateway: {kind: supervisor, op: stop}}
    budgets: {restarts: {counts: [restart_gateway], max: 3, window: 10m, onExhausted: {mode: wait, notify: critical}}}
    kick: {token: {env: KICK_TOKEN}, allow: [restart_gateway]}
`;

const good = { action: 'restart_gateway', source: 'line:U1234' };
const kick = async (body: Record<string, unknown>, key = token) => {
  const answer = await fetch(`${url}/api/kicks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as { id?: string; code?: string } };
};
/** Rows about kicks, and whether the whole chain holds. */
function rowsOf(store: 'health' | 'watchdog'): string[] {
  const db = new Database(path.join(temp.dir, 'state', `${store}.sqlite`), { readonly: true });
  try {
    expect(firstBrokenAuditRow(db)).toBeNull();
    return db
      .prepare<[], string>(
        `SELECT actor || ' ' || result || ' ' || coalesce(json_extract(details, '$.reason'), json_extract(details, '$.code'), '')
         FROM audit WHERE action = 'kick' ORDER BY seq`,
      )
      .pluck()
      .all();
  } finally {
    db.close();
  }
}
const done = (times: number) =>
  waitFor(
    'the end of the kick',
    () => rowsOf('watchdog').filter((row) => row.endsWith('ok done')).length === times,
    30_000,
  );

/** A kick keeps its slot for some seconds. */
const freeSlot = () =>
  waitFor('a free slot', async () => (await (await producer.queue('kick')).getActiveCount()) === 0);

test('W6: a kick over HTTP restarts the gateway, and the same one again does nothing', async () => {
  const pid = run.appPid();
  const id = randomUUID();
  expect((await kick({ ...good, id })).status).toBe(202);
  await done(1);
  const after = run.appPid();
  expect(after).not.toBe(pid);
  expect((await kick({ ...good, id })).status).toBe(409);
  expect(run.appPid()).toBe(after);
  expect(rowsOf('watchdog')).toEqual([
    ...['line:U1234 ok given_to_engine', 'line:U1234 ok accepted', 'line:U1234 ok done'],
  ]);
});

test('W6: of a hundred kicks at once one is carried out; nothing that is refused touches the gateway, and each is a row', async () => {
  await freeSlot();
  const before = { health: rowsOf('health').length, pid: run.appPid() };
  // A slot is kept for seconds only: the first kick must not leave it before the last was asked, however long that takes.
  await services.signal('watchdog', 'SIGSTOP');
  const answers = await Promise.all(Array.from({ length: 100 }, () => kick(good)));
  await services.signal('watchdog', 'SIGCONT');
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(99);
  await done(2);
  const pid = run.appPid();
  expect(pid).not.toBe(before.pid);

  await freeSlot();
  const maintenance = { service: 'gateway', reason: 'a deploy', actor: 'operator' };
  const [since, until] = [isoTime(Date.now()), isoTime(Date.now() + MINUTE)];
  announceMaintenance(path.join(temp.dir, 'run'), { ...maintenance, since, until });
  expect((await kick(good)).status).toBe(409);
  endMaintenance(path.join(temp.dir, 'run'), 'gateway');
  expect((await kick({ ...good, action: 'stop_gateway' })).status).toBe(403);
  expect((await kick({ ...good, source: 'line' })).status).toBe(400);
  expect((await kick({ ...good, action: 'a;rm -rf' })).status).toBe(400);
  for (const key of ['', `${token}x`]) expect((await kick(good, key)).status).toBe(401);
  expect((await kick(good)).status).toBe(429);
  expect(run.appPid()).toBe(pid);
  expect((await run.status()).state).toBe('online');
  expect(rowsOf('health')).toHaveLength(before.health + 100 + 7);
});

test('W6: with health-api gone the command line leaves the kick in the slot, and it is carried out; its budget holds', async () => {
  await freeSlot();
  await services.signal('health-api', 'SIGKILL');
  const ask = () =>
    runCommand(
      process.execPath,
      ['--conditions=yoban-src', cli, 'kick', 'restart_gateway', '--source', 'cli', '--json'],
      env,
    );
  const pid = run.appPid();
  const asked = await ask();
  expect(asked.code, asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout)).toMatchObject({ via: 'file', service: 'gateway' });
  await done(3);
  const after = run.appPid();
  expect(after).not.toBe(pid);
  const isRefused = async () => {
    await ask();
    return rowsOf('watchdog').includes('cli refused budget');
  };
  await waitFor('the refusal by the budget', isRefused, 30_000);
  expect(run.appPid()).toBe(after);
});
