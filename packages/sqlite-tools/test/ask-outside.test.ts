import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { askOutside } from '../src/ask-outside.ts';
import { killParties, startParty } from './support/start-party.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
afterEach(killParties);

let dir: string;
let file: string;
let count = 0;
beforeEach(() => {
  count += 1;
  dir = path.join(temp.dir, `${count}`);
  mkdirSync(dir);
  file = path.join(dir, 'game.sqlite');
});

/** Name to hash of everything in the folder. */
const bytes = () =>
  Object.fromEntries(
    readdirSync(dir).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(path.join(dir, name)))
        .digest('hex'),
    ]),
  );

/** A connection in another pid namespace, with some rows written. */
async function startElsewhere(journalMode: string) {
  const party = await startParty('db-party', [file], 'elsewhere');
  for (const sql of [
    `PRAGMA journal_mode = ${journalMode}`,
    'CREATE TABLE live (id INTEGER PRIMARY KEY, body TEXT)',
    "INSERT INTO live SELECT value, hex(randomblob(500)) FROM json_each('[1,2,3,4,5,6,7,8,9]')",
  ])
    await party.ask(sql);
  return party;
}

async function answerAndBytes() {
  const before = bytes();
  const answer = await askOutside(file);
  expect(bytes()).toEqual(before);
  return answer;
}

const read = ['BEGIN', 'SELECT count(*) FROM live'];
const write = ['BEGIN IMMEDIATE', "INSERT INTO live VALUES (100, 'x')"];
for (const { mode, doing, acts, state } of [
  { mode: 'wal', doing: 'idle', acts: [], state: 'held' },
  { mode: 'wal', doing: 'reading', acts: read, state: 'held' },
  { mode: 'wal', doing: 'writing', acts: write, state: 'held' },
  { mode: 'delete', doing: 'reading', acts: read, state: 'held' },
  { mode: 'delete', doing: 'writing', acts: write, state: 'held' },
  // Between transactions such a connection holds nothing that a kernel could tell.
  { mode: 'delete', doing: 'idle', acts: [], state: 'free' },
]) {
  test(`R3: a connection of another container in ${mode} mode, ${doing}: ${state}; no byte of the set changes`, async () => {
    const party = await startElsewhere(mode);
    for (const act of acts) await party.ask(act);
    expect(await answerAndBytes()).toEqual({ state });
    // Its work goes on as if nobody had asked.
    expect(await party.ask('SELECT count(*) AS n FROM live')).toBe(`[{"n":${doing === 'writing' ? 10 : 9}}]`);
    await party.kill();
    expect(await answerAndBytes()).toEqual({ state: 'free' });
  });
}

for (const mode of ['wal', 'delete']) {
  test(`R3: a destroyed database (${mode}) can be asked too`, async () => {
    const party = await startElsewhere(mode);
    for (const act of read) await party.ask(act);
    writeFileSync(file, 'garbage'.repeat(3_000));
    expect(await answerAndBytes()).toEqual({ state: 'held' });
    await party.kill();
    expect(await answerAndBytes()).toEqual({ state: 'free' });
  });
}

test('R3: the log and the hot journal of a crashed application are not replayed by asking', async () => {
  const party = await startElsewhere('delete');
  for (const act of ['PRAGMA cache_size = 1', 'BEGIN', 'UPDATE live SET body = hex(zeroblob(5000))'])
    await party.ask(act);
  await party.kill();
  expect(existsSync(`${file}-journal`)).toBe(true);
  expect(await answerAndBytes()).toEqual({ state: 'free' });
});

test('R3: no database, an empty one, a folder in its place', async () => {
  expect(await askOutside(file)).toEqual({ state: 'free' });
  writeFileSync(file, '');
  expect(await answerAndBytes()).toEqual({ state: 'free' });
  const folder = path.join(dir, 'folder');
  mkdirSync(folder);
  expect(await askOutside(folder)).toEqual({ state: 'not-asked', reason: `${folder} is not a file` });
});

test('R3: a question that was killed is cleared by the next', async () => {
  writeFileSync(file, 'x');
  mkdirSync(path.join(dir, '.game.sqlite.ask'));
  copyFileSync(file, path.join(dir, '.game.sqlite.ask', 'db'));
  expect(await askOutside(file)).toEqual({ state: 'free' });
  expect(readdirSync(dir)).toEqual(['game.sqlite']);
});
