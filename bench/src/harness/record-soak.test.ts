import { expect, test } from 'vitest';
import type { ProofReport, ProofRow } from './proof.ts';
import { soakPage } from './record-soak.ts';

const report = (kind: NonNullable<ProofReport['kind']>, row: Partial<ProofRow>): ProofReport => ({
  ...{ name: 'soak', kind, machine: 'x', at: '2026-11-22T10:00:00.000Z', commit: 'abc', versions: {}, seed: 1 },
  sabotage: null,
  rows: [{ id: '', what: 'what', ours: 0, peer: null, ratio: null, goal: '≤ 5 %', met: true, note: 'of 0', ...row }],
});

test('a share of no alarms at all is not said to be met', () => {
  expect(soakPage([report('chaos', { id: 'false-alarms' })])).toContain('| ≤ 5 % | none told | of 0 |');
  expect(soakPage([report('chaos', { id: 'false-alarms', note: 'of 3' })])).toContain('| ≤ 5 % | met | of 3 |');
});

test('W7: the growth of the watchdog is said to be one of its span, with its rate', () => {
  const row = { id: 'grown', ours: 3, goal: '≤ 5 MB', note: 'MB, n=45, 137–143' };
  const told = 'a rate of 4.0 MB an hour: only a longer run tells whether it levels off';
  expect(soakPage([report('realtime', row)])).toContain(`| met over 45 min | MB, n=45, 137–143; ${told} |`);
});
