import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readLastLines } from '@yoban/host-tools/read-last-lines';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, expect, test } from 'vitest';
import { followFile } from './follow-file.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
const file = path.join(temp.dir, 'app.log');
const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `line ${from + at} ${'あ'.repeat(20)}`);

test('the last lines of a log larger than one chunk, none lost at the seams', () => {
  writeFileSync(file, `${numbered(1, 5_000).join('\n')}\n`);
  expect(readLastLines(file, 3).lines).toEqual(numbered(4_998, 5_000));
  expect(readLastLines(file, 4_000).lines).toEqual(numbered(1_001, 5_000));
  expect(readLastLines(file, 10_000).lines).toEqual(numbered(1, 5_000));
});

test('an empty log and one without a last line feed', () => {
  writeFileSync(file, '');
  expect(readLastLines(file, 5)).toEqual({ lines: [], endOffset: 0 });
  writeFileSync(file, 'a\nb');
  expect(readLastLines(file, 5)).toEqual({ lines: ['a', 'b'], endOffset: 3 });
});

test('following gives whole lines, over rotation and over letters cut between two looks', async () => {
  const letter = Buffer.from('夜\n');
  writeFileSync(file, Buffer.concat([Buffer.from('old\n'), letter.subarray(0, 1)]));
  const seen: string[] = [];
  const ended = new AbortController();
  const done = followFile(file, 4, (line) => seen.push(line), ended.signal);
  // The first look is made before `followFile` first waits, so it has seen half a letter.
  appendFileSync(file, letter.subarray(1));
  await waitFor('the line', () => seen.length === 1);
  renameSync(file, `${file}.1`);
  writeFileSync(file, 'new\n');
  await waitFor('the new file', () => seen.length === 2);
  expect(seen).toEqual(['夜', 'new']);
  ended.abort();
  await done;
});
