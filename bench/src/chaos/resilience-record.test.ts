import { expect, test } from 'vitest';
import type { ProofReport, ProofRow } from '../harness/proof.ts';
import { type ResilienceRecord, withReport } from './resilience-record.ts';

const declared = ['3@pm2', '3-twin@pm2', '4@pm2'].map((id) => ({ id, what: `what of ${id}` }));
const before = '2026-11-20T10:00:00.000Z';
const now = '2026-11-22T10:00:00.000Z';

const row = (id: string, more: Partial<ProofRow> = {}): ProofRow => ({
  ...{ id, what: `what of ${id}`, ours: 1.5, peer: null, ratio: null, goal: '≤ 3 s', met: true },
  ...more,
});

const report = (rows: ProofRow[]): ProofReport => ({
  ...{ name: '3', kind: 'chaos', machine: 'x', at: now, commit: 'def', versions: {}, seed: 2, sabotage: null },
  rows,
});

const kept: ResilienceRecord = {
  runs: [{ at: before, name: 'all', commit: 'abc', machine: 'x', seed: 1, load: null }],
  rows: ['3@pm2', '3-twin@pm2', '4@pm2'].map((id) => ({ ...row(id, { ours: 2 }), run: before })),
};

const runsOf = ({ rows }: ResilienceRecord) => Object.fromEntries(rows.map(({ id, run }) => [id, run]));

test('a run of a part replaces its own rows and keeps the load they ended at', () => {
  const record = withReport(kept, report([row('3-twin@pm2', { load: 8.5 }), row('3@pm2', { load: 2 })]), declared);
  expect(runsOf(record)).toEqual({ '3@pm2': now, '3-twin@pm2': now, '4@pm2': before });
  expect(record.rows.map(({ id }) => id)).toEqual(['3@pm2', '3-twin@pm2', '4@pm2']);
  expect(record.runs.map(({ at, load }) => [at, load])).toEqual([
    [before, null],
    [now, { low: 2, high: 8.5 }],
  ]);
});

test('what could not be run here replaces nothing, and a run that nothing is left of is forgotten', () => {
  const record = withReport(kept, report([row('3@pm2', { ours: null, met: null })]), declared);
  expect(record).toEqual(kept);
});

test('a row whose case says something else today is not kept', () => {
  const reworded = declared.map(({ id, what }) => ({ id, what: id === '4@pm2' ? 'more than it showed' : what }));
  expect(runsOf(withReport(kept, report([row('3@pm2')]), reworded))).toEqual({ '3@pm2': now, '3-twin@pm2': before });
});
