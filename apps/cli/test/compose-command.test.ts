import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FakeContainer } from '@yoban/shared/testing/fake-containers';
import { type FakeEngine, startFakeEngine } from '@yoban/shared/testing/fake-engine';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, makeDatabase, makeHome, notesIn } from './support/run-yoban.ts';

// The guarded app is a container of a compose project that is not ours.
const temp = makeTempDir();
let home: Home;
let engine: FakeEngine;
let web: FakeContainer;

beforeAll(async () => {
  home = makeHome(path.join(temp.dir, 'h'));
  makeDatabase(home.dbPath, 'one').close();
  engine = await startFakeEngine(path.join(temp.dir, 'docker.sock'));
  const labels = { 'com.docker.compose.service': 'web', 'com.docker.compose.project': 'shop' };
  web = engine.add({ name: 'shop-web-1', labels, policy: { name: 'always' } });
  home.configure(`version: 1
primary: demo
databases: [{name: game, path: data/game.sqlite, service: demo, requiredTables: [notes]}]
services: {demo: {supervisor: {kind: compose, service: web, host: "${engine.url}"}}}
`);
  await home.yoban(['backup', 'now']);
});
afterAll(async () => {
  await engine.stop();
  temp.remove();
});

const acts = () =>
  engine.requests().flatMap(({ method, path: at }) => (method === 'POST' ? [at.split('/').at(-1)] : []));

test('status and restart go through the engine, under its name', async () => {
  const { pid } = web;
  expect(await home.yoban(['status'])).toMatchObject({ code: 0, out: expect.stringMatching(/demo +Docker +online/) });
  const restarted = await home.yoban(['restart', '--json']);
  expect(restarted.json()).toMatchObject({ pidBefore: pid, pidAfter: web.pid, state: 'online' });
  expect(web.pid).not.toBe(pid);
});

test('its log is where the engine keeps it', async () => {
  expect(await home.yoban(['logs'])).toMatchObject({ code: 1, err: expect.stringContaining('docker compose logs') });
});

test('R3: a restore stops the container and starts it again', async () => {
  const before = acts().length;
  writeFileSync(home.dbPath, 'garbage '.repeat(2_000));
  const ran = await home.yoban(['restore', '--latest', '--yes', '--json']);
  expect(ran.code, ran.err).toBe(0);
  expect(acts().slice(before)).toEqual(['stop', 'start']);
  expect(ran.json()).toMatchObject({ pidAfter: web.pid, current: 'corrupt' });
  expect(notesIn(home.dbPath)).toEqual(['one']);
});

test('R3: an engine that cannot be asked stops the restore with nothing changed', async () => {
  const bytes = readFileSync(home.dbPath);
  engine.script([{ do: 'outage' }]);
  const ran = await home.yoban(['restore', '--latest', '--yes']);
  engine.script([]);
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('error SUPERVISOR_UNAVAILABLE') });
  expect(readFileSync(home.dbPath).equals(bytes)).toBe(true);
  expect(web.status).toBe('running');
});

test('with no container of the service a restore goes on without it, and says so', async () => {
  engine.remove(web);
  rmSync(home.dbPath);
  const ran = await home.yoban(['restore', '--latest', '--yes', '--json']);
  expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('is not started or stopped here') });
  expect(notesIn(home.dbPath)).toEqual(['one']);
});
