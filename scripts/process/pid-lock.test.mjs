import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLock, tryLock } from './pid-lock.mjs';
import { identify, isAlive } from './process-identity.mjs';

let folder;
let file;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'y-lock-'));
  file = path.join(folder, 'run', 'kit.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a live holder keeps the lock and is named', () => {
  const first = tryLock(file, { url: 'http://x' });
  expect(first.taken).toBe(true);
  expect(tryLock(file)).toMatchObject({ taken: false, holder: { pid: process.pid, url: 'http://x' } });
  first.release();
  expect(tryLock(file).taken).toBe(true);
});

test('a dead holder is replaced and handed over for the clean-up', async () => {
  const dead = spawn(process.execPath, ['-e', '']);
  const identity = identify(dead.pid);
  await once(dead, 'exit');
  tryLock(file).release();
  writeFileSync(file, JSON.stringify({ ...identity, url: 'http://old' }));
  expect(tryLock(file)).toMatchObject({ taken: true, previous: { url: 'http://old' } });
  expect(readLock(file).pid).toBe(process.pid);
});

test('a process that got the number of the dead holder is not mistaken for it', () => {
  tryLock(file).release();
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: '1' }));
  expect(tryLock(file).taken).toBe(true);
});

test('a damaged lock file does not lock anybody out', () => {
  tryLock(file).release();
  writeFileSync(file, '{"pid":');
  expect(tryLock(file).taken).toBe(true);
});

test('of many processes that find the same dead holder, one at a time gets the lock', async () => {
  tryLock(file).release();
  writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: '1' }));
  const trace = path.join(folder, 'trace');
  const module = path.join(import.meta.dirname, 'pid-lock.mjs');
  const program = `
    import { appendFileSync } from 'node:fs';
    import { waitForLock } from ${JSON.stringify(module)};
    const lock = await waitForLock(${JSON.stringify(file)});
    appendFileSync(${JSON.stringify(trace)}, 'in\\n');
    await new Promise((done) => setTimeout(done, 20));
    appendFileSync(${JSON.stringify(trace)}, 'out\\n');
    lock.release();`;
  const children = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' }),
  );
  await Promise.all(children.map((child) => once(child, 'exit')));
  expect(readFileSync(trace, 'utf8')).toBe('in\nout\n'.repeat(6));
  expect(existsSync(file)).toBe(false);
});

test('isAlive tells a process from none', () => {
  expect(isAlive(identify())).toBe(true);
  expect(isAlive({ pid: process.pid, startedAt: 'another time' })).toBe(false);
  expect(isAlive({ pid: 0, startedAt: null })).toBe(false);
  expect(isAlive(undefined)).toBe(false);
});
