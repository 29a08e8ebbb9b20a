import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { tryFileLock } from './file-lock.ts';
import { makeTempDir } from './testing/temp-dir.ts';
import { waitFor } from './testing/wait-for.ts';

const temp = makeTempDir();
afterEach(() => temp.remove());

const source = fileURLToPath(new URL('./file-lock.ts', import.meta.url));
/** Takes the lock in a process of its own and says so. */
const holder = (file: string) => `
  import { tryFileLock } from ${JSON.stringify(source)};
  process.stdout.write(tryFileLock(${JSON.stringify(file)}) ? 'held' : 'refused');
  setInterval(() => {}, 1000);`;

test('a lock is held until it is released or its process is killed, and leaves an empty file', async () => {
  const file = path.join(temp.dir, 'deep', 'lock');
  const child = spawn(process.execPath, ['--conditions=yoban-src', '--input-type=module', '-e', holder(file)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  await waitFor('the holder', () => said !== '');
  expect([said, tryFileLock(file)]).toEqual(['held', null]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const own = tryFileLock(file);
  expect(own).not.toBeNull();
  own?.release();
  own?.release();
  tryFileLock(file)?.release();
  expect(statSync(file).size).toBe(0);
});

test.runIf(process.getuid?.() === 0)(
  'a lock that root makes belongs to the owner of its folder, who takes it next',
  () => {
    const folder = path.join(temp.dir, 'locks');
    mkdirSync(folder, { recursive: true });
    chownSync(folder, 12_345, 12_346);
    const file = path.join(folder, 'shop.act.lock');
    tryFileLock(file)?.release();
    expect(statSync(file)).toMatchObject({ uid: 12_345, gid: 12_346 });
  },
);
