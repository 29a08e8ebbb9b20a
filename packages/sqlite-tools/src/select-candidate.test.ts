import { expect, test } from 'vitest';
import type { RestoreCandidate } from './restore-candidates.ts';
import { selectCandidate, shortList } from './select-candidate.ts';

const made = (path: string, takenAtMs: number, state: RestoreCandidate['state'] = 'verified'): RestoreCandidate => ({
  ...{ path, takenAtMs, state },
  tier: path.startsWith('w') ? 'weekly' : 'hourly',
  sizeBytes: 1,
  sha256: null,
  journalMode: null,
});
const list = [made('h4', 40, 'bad'), made('h3', 30), made('w2', 20), made('h1', 10)];

test('R1: latest is the newest that is not known bad', () => {
  expect(selectCandidate(list, { kind: 'latest' })).toMatchObject({
    candidate: { path: 'h3' },
    next: [{ path: 'w2' }, { path: 'h1' }],
  });
});

test('R1: a time takes the newest at or before it', () => {
  expect(selectCandidate(list, { kind: 'at', atMs: 29 })).toMatchObject({ candidate: { path: 'w2' } });
  expect(selectCandidate(list, { kind: 'at', atMs: 10 })).toMatchObject({ candidate: { path: 'h1' } });
  expect(selectCandidate(list, { kind: 'at', atMs: 9 })).toEqual({ found: false, reason: 'none-so-early' });
  expect(selectCandidate([], { kind: 'latest' })).toEqual({ found: false, reason: 'no-backup' });
});

test('R2: after a file named by hand come the older good ones, then the newer', () => {
  const selection = selectCandidate(list, { kind: 'file', path: 'w2' });
  expect(selection).toMatchObject({ candidate: { path: 'w2' }, next: [{ path: 'h1' }, { path: 'h3' }] });
  expect(selectCandidate(list, { kind: 'file', path: 'x' })).toEqual({ found: false, reason: 'not-in-folder' });
});

test('R1: the list shows the newest five of each tier', () => {
  const many = Array.from({ length: 9 }, (_, at) => made(`h${at}`, 100 - at));
  expect(shortList([...many, made('w0', 1)]).map(({ path }) => path)).toEqual(['h0', 'h1', 'h2', 'h3', 'h4', 'w0']);
});
