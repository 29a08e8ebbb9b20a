import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
  const file = path.join(root, 'lock');
  // As somebody else within this process: that user may not be able to run our Node.
  process.seteuid(65_534);
  try {
    expect(() => writeFileSync(file, '')).toThrow(expect.objectContaining({ code: 'EACCES', path: file }));
  } finally {
    process.seteuid(0);
  }
});
