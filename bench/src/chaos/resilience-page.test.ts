import { expect, test } from 'vitest';
import { type DeclaredPair, resiliencePage } from './resilience-page.ts';
import type { RecordedRow, ResilienceRecord } from './resilience-record.ts';

const runs: ResilienceRecord['runs'] = [
  { at: '2026-11-20T10:00:00.000Z', name: 'usual', commit: 'abc', machine: 'x', seed: 4, load: { low: 2, high: 8.5 } },
  { at: '2026-11-22T10:00:00.000Z', name: '3', commit: 'def', machine: 'x', seed: null, load: null },
];
const [, last] = runs;

const row = (id: string, more: Partial<RecordedRow> = {}): RecordedRow => ({
  ...{ id, what: `what of ${id}`, ours: 1.5, peer: null, ratio: null, goal: '≤ 3 s', met: true },
  ...{ run: last?.at ?? '', ...more },
});

const pair = (number: string, on: string): DeclaredPair => ({
  ...{ number, on },
  fault: { id: `${number}@${on}`, what: `what of ${number}` },
  twin: { id: `${number}-twin@${on}`, what: `what of ${number}-twin` },
});

const pageOf = (pairs: DeclaredPair[], rows: RecordedRow[]): string => resiliencePage({ runs, rows }, pairs);

test('a line for each supervisor, with its twin and the runs of both', () => {
  const page = pageOf([pair('3', 'pm2')], [row('3@pm2', { run: runs[0]?.at ?? '' }), row('3-twin@pm2')]);
  expect(page).toContain('| pm2 | ≤ 3 s | 1.5 s | met | met | A, B |');
  expect(page).toContain('what of 3.\n\nTwin: what of 3-twin.');
});

test('each run stands there with its seed and load, and says where they were not kept', () => {
  const page = pageOf([], []);
  expect(page).toContain('| A | 2026-11-20 10:00 | usual | abc | 4 | 2 to 8.5 | x |');
  expect(page).toContain('| B | 2026-11-22 10:00 | 3 | def | none | not kept | x |');
});

test('what nobody has recorded is counted and named; a half that could not be run here is no record', () => {
  const gone = { ours: null, met: null, note: 'no container engine: none' };
  const pairs = ['command', 'pm2', 'compose'].map((on) => pair('3', on)).concat(pair('11b', 'pm2'));
  const rows = [row('3@pm2'), row('3-twin@pm2'), row('3@compose', gone), row('3-twin@compose', gone), row('11b@pm2')];
  const page = pageOf(pairs, rows);
  expect(page).toContain('1 of 4 pairs (case × supervisor) recorded');
  expect(page).toContain('| pm2 | 1 of 2 | 11b |');
  expect(page).toContain('| command | 0 of 1 | 3 |');
  expect(page).toContain('| compose |  |  | not possible here: no container engine: none |');
  expect(page).toContain('| met | not recorded |');
});

test('a miss stands there as one, and the time of a mere wait as none', () => {
  const rows = [
    row('6@pm2', { ours: null, goal: 'as it says' }),
    row('6-twin@pm2', { ours: null, met: false, note: 'a | b' }),
  ];
  const page = pageOf([pair('6', 'pm2')], rows);
  expect(page).toContain('2 rows, 1 missed');
  expect(page).toContain('| pm2 | – | – | met | **missed**: a \\| b | B |');
});
