import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';
import { makeTempDir } from './testing/temp-dir.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());

test('makes what is missing, with the mode asked for, and leaves what is there', () => {
  const folder = path.join(temp.dir, 'a', 'b', 'c');
  makeFolder(folder, { mode: 0o700 });
  makeFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('ends with an error where nothing can be made, and over a file', () => {
  expect(() => makeFolder('/proc/yoban/state')).toThrow('ENOENT');
  const file = path.join(temp.dir, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow('EEXIST');
  expect(() => makeFolder(path.join(file, 'below'))).toThrow(/ENOTDIR|EEXIST/);
});

test('makes no more folders than asked for: a disk that is not mounted must not be made up', () => {
  const lost = path.join(temp.dir, 'disk', 'backups', 'hourly');
  expect(() => makeFolder(lost, { levels: 1 })).toThrow('ENOENT');
  expect(() => statSync(path.join(temp.dir, 'disk'))).toThrow('ENOENT');
  makeFolder(lost, { levels: 2 });
});
