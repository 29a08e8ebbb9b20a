import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { app, ask, dir, file, goodRows, rowsOf, setOf } from './support/restore-arena.ts';
import { killApp } from './support/start-holding-app.ts';
import { killParties, startParty } from './support/start-party.ts';

afterEach(killParties);

/** A restore whose `/proc` shows nothing of this test and its applications, as in a container of its own. */
const startRestorer = () => startParty('restore-party', [JSON.stringify(ask()), path.join(dir, 'locks')], 'elsewhere');

const inUse = `RESTORE_FILE_IN_USE: a process that cannot be seen from here (of another container, or of another user) has `;

test('R3: an application of another container stops the restore, which says so; nothing is changed', async () => {
  const restorer = await startRestorer();
  expect(await restorer.ask('holders')).toBe('[]');
  const before = setOf(dir);
  expect(await restorer.ask('restore')).toBe(`${inUse}${file} open`);
  expect(setOf(dir)).toEqual(before);
  expect(readdirSync(dir).filter((name) => /restor|corrupted|^\./.test(name))).toEqual([]);
  expect(app.exitCode ?? app.signalCode).toBeNull();
  await killApp(app);
  expect(JSON.parse(await restorer.ask('restore'))).toMatchObject({ current: 'ok', outsideNotAsked: null });
  expect(rowsOf(file)).toBe(goodRows);
});

test('R3: a destroyed database that another container has open is not replaced under it', async () => {
  const restorer = await startRestorer();
  writeFileSync(file, 'garbage'.repeat(2_000));
  expect(await restorer.ask('restore')).toBe(`${inUse}${file} open`);
  await killApp(app);
  expect(JSON.parse(await restorer.ask('restore'))).toMatchObject({ current: 'corrupt', outsideNotAsked: null });
  expect(rowsOf(file)).toBe(goodRows);
});

test('R3: a database that another container writes to is not taken for a damaged one', async () => {
  const restorer = await startRestorer();
  const writer = await startParty('db-party', [file]);
  await writer.ask('keep writing');
  for (let at = 0; at < 8; at += 1) expect(await restorer.ask('inspect')).toBe('{"state":"ok"}');
});
