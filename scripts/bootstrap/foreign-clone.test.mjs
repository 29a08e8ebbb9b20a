import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { foreignClone } from './foreign-clone.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'y-clone-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const refusal = (file) => Object.assign(new Error('refused'), { code: 'EACCES', path: file });
const somebodyElse = statSync(root).uid + 1;

test("a write that somebody else's clone refuses is told in one line with the owner", () => {
  expect(foreignClone(refusal(path.join(root, '.tools', 'x.lock')), root, somebodyElse)).toMatchObject({
    message: `this clone belongs to ${userInfo().username}; run as that user or clone your own`,
    exitCode: 2,
  });
});

test('what has another cause stays as it is', () => {
  expect(foreignClone(refusal(path.join(root, 'x')), root, statSync(root).uid)).toBeUndefined();
  expect(foreignClone(refusal('/elsewhere'), root, somebodyElse)).toBeUndefined();
  expect(foreignClone(new Error('x'), root, somebodyElse)).toBeUndefined();
});

test.runIf(process.getuid() === 0)('the real refusal of a file system has the shape looked for', () => {
  chmodSync(root, 0o755);
  const program = `try { require('node:fs').writeFileSync(process.argv[1], ''); } catch (e) { console.log(e.code, e.path); }`;
  const file = path.join(root, 'lock');
  const asked = spawnSync(process.execPath, ['-e', program, file], { uid: 65_534, gid: 65_534, encoding: 'utf8' });
  expect(asked.stdout.trim()).toBe(`EACCES ${file}`);
});
