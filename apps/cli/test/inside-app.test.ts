import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createPrivateRun } from '@yoban/host-tools/testing/private-run';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, makeDatabase, makeHome, notesIn } from './support/run-yoban.ts';

// A shell that the guarded app opened: a console in its page, a tmux it started, `docker exec` is not one.
const temp = makeTempDir();
const script = path.join(temp.dir, 'app.mjs');
writeFileSync(script, 'setInterval(() => {}, 1_000);');
const run = createPrivateRun(script);
let home: Home;

beforeAll(async () => {
  home = makeHome(path.join(temp.dir, 'h'));
  makeDatabase(home.dbPath, 'one').close();
  home.configure(`version: 1
primary: demo
databases: [{name: game, path: data/game.sqlite, service: demo, requiredTables: [notes]}]
services: {demo: {supervisor: {kind: command, socket: ${run.socket}}}}
`);
  await home.yoban(['backup', 'now']);
  await run.start();
});
afterAll(async () => {
  await run.stop();
  temp.remove();
});

const inside = (socket = run.socket) => ({ env: { ...home.env, YOBAN_RUN_SOCKET: socket } });

test.each([[['restart']], [['restore', '--latest', '--yes']]])(
  'R3: %j from inside the app it would stop is refused, and the app goes on',
  async (args) => {
    const { pid } = await run.status();
    makeDatabase(home.dbPath, 'two').close();
    const notes = notesIn(home.dbPath);
    const ran = await home.yoban(args, inside());
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('error USAGE: this shell was started by demo') });
    expect(ran.err).toContain(`Run yoban ${args[0]} outside of the app`);
    expect(await run.status()).toMatchObject({ state: 'online', pid });
    expect(notesIn(home.dbPath)).toEqual(notes);
  },
);

test('the socket is known by another way to it too', async () => {
  symlinkSync(temp.dir, path.join(temp.dir, 'link'));
  const ran = await home.yoban(['restart'], inside(path.join(temp.dir, 'link', 'app.sock')));
  expect(ran.code).toBe(2);
});

test('from inside of another app, and without touching the live file, it works as ever', async () => {
  const to = path.join(temp.dir, 'copy.sqlite');
  expect((await home.yoban(['restore', '--latest', '--to', to], inside())).code).toBe(0);
  expect((await home.yoban(['restore', '--latest', '--dry-run'], inside())).code).toBe(0);
  expect((await home.yoban(['restart'], inside(path.join(temp.dir, 'other.sock')))).code).toBe(0);
});
