import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ActionConfig } from '@yoban/shared/policy/action-config';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { runAction } from '../src/actions/run-action.ts';
import { actionAround } from './support/action-around.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
let folder = '';
let round = 0;
beforeEach(() => {
  round += 1;
  folder = path.join(temp.dir, `t${round}`);
  mkdirSync(folder);
});

const hoursAgo = (hours: number) => Date.now() / 1_000 - hours * 3_600;
const old = (file: string) => {
  writeFileSync(file, 'x'.repeat(5_000));
  utimesSync(file, hoursAgo(2), hoursAgo(2));
  return file;
};
const clear = (
  folders: string[],
  more: Parameters<typeof actionAround>[0] = {},
  signal = new AbortController().signal,
) => runAction('clear', ActionConfig.parse({ kind: 'clear_temp', folders }), actionAround(more), signal);

test('V4: what is older than 60 minutes and not open goes, below too; the rest stays', async () => {
  const deep = path.join(folder, 'a', 'b');
  mkdirSync(deep, { recursive: true });
  const [gone, goneToo, inUse] = [
    old(path.join(folder, 'one')),
    old(path.join(deep, 'two')),
    old(path.join(deep, 'open')),
  ];
  writeFileSync(path.join(folder, 'young'), '');
  const descriptor = openSync(inUse, 'r');
  try {
    const done = await clear([folder]);
    expect(done).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^2 files removed, .* 1 old ones are open$/),
    });
  } finally {
    closeSync(descriptor);
  }
  expect([gone, goneToo, inUse].map((file) => existsSync(file))).toEqual([false, false, true]);
  expect(readdirSync(folder).sort()).toEqual(['a', 'young']);
  await clear([folder]);
  expect(existsSync(inUse)).toBe(false);
});

test('V4: no link is followed, neither one in it nor one in its place', async () => {
  const elsewhere = path.join(temp.dir, `elsewhere-${round}`);
  mkdirSync(elsewhere);
  const kept = old(path.join(elsewhere, 'kept'));
  symlinkSync(elsewhere, path.join(folder, 'folder'));
  symlinkSync(kept, path.join(folder, 'file'));
  expect((await clear([folder])).detail).toContain('0 files removed');
  const link = path.join(temp.dir, `link-${round}`);
  symlinkSync(elsewhere, link);
  expect(await clear([link])).toMatchObject({ ok: false, detail: expect.stringContaining('it is no folder') });
  expect(existsSync(kept)).toBe(true);
});

test('a folder that holds yoban itself is refused, the others are still cleared', async () => {
  const file = old(path.join(folder, 'one'));
  const done = await clear(['/', folder, path.join(folder, 'nowhere')], { home: path.join(temp.dir, 'home') });
  expect(done.ok).toBe(false);
  expect(done.detail).toMatch(/1 files removed.*\/: the home of yoban lies in it.*nowhere: it is not there/);
  expect(existsSync(file)).toBe(false);
});

test('broken off, it says that it has not looked at all', async () => {
  const stop = new AbortController();
  const running = clear([folder], {}, stop.signal);
  stop.abort();
  expect((await running).ok).toBe(false);
});
