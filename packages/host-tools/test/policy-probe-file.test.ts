import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
const around = { baseDir: temp.dir };

policyProbeConformance('file', { timeoutMs: 2_000, hung: null, blind: true }, async () => {
  const file = path.join(temp.dir, 'dashboard.log');
  const fresh = () => writeFileSync(file, 'a line\n');
  fresh();
  return {
    probe: () => probeOf({ type: 'file', path: 'dashboard.log', maxSize: '1MB', maxAge: '1h' }, around),
    // C2: the log grows over its size.
    hurt: () => appendFileSync(file, Buffer.alloc(1_048_576, 'x')),
    reason: /^1 MB, at or over 1 MB$/,
    heal: fresh,
    blind: { probe: () => probeOf({ type: 'file', path: '.', maxSize: '1MB' }, around), reason: /no file/ },
    end: () => undefined,
  };
});

test('C2: a log of exactly its size is to be rotated, one byte less is not', async () => {
  const file = path.join(temp.dir, 'edge.log');
  const probe = probeOf({ type: 'file', path: file, maxSize: '512KB' });
  writeFileSync(file, Buffer.alloc(512 * 1_024 - 1));
  expect(await lookOnce(probe)).toMatchObject({ passes: true, unit: 'MB' });
  appendFileSync(file, 'x');
  expect(await lookOnce(probe)).toMatchObject({ passes: false, value: 0.5, unit: 'MB' });
});

test('file: age counts from its last write, also ahead of our clock', async () => {
  const file = path.join(temp.dir, 'feed.json');
  writeFileSync(file, '{}');
  const probe = probeOf({ type: 'file', path: file, maxAge: '10m' });
  const now = Date.now() / 1_000;
  utimesSync(file, now - 3_600, now - 3_600);
  expect(await lookOnce(probe)).toMatchObject({
    passes: false,
    unit: 's',
    detail: 'last written 1 h ago, over 10 min',
  });
  utimesSync(file, now + 3_600, now + 3_600);
  expect(await lookOnce(probe)).toMatchObject({ passes: true, value: 0 });
});

test('file: one that is not there is small enough, but neither fresh nor there', async () => {
  const [gone, folder] = [path.join(temp.dir, 'gone'), path.join(temp.dir, 'folder')];
  mkdirSync(folder);
  rmSync(gone, { force: true });
  expect(await lookOnce(probeOf({ type: 'file', path: gone, maxSize: '1MB' }))).toMatchObject({ passes: true });
  for (const declared of [{}, { maxAge: '1h' }, { maxAge: '1h', maxSize: '1MB' }])
    expect(await lookOnce(probeOf({ type: 'file', path: gone, ...declared }))).toMatchObject({
      ...{ passes: false, unknown: false, detail: 'there is no such file' },
    });
});
