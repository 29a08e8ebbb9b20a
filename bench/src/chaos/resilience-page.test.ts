import { expect, test } from 'vitest';
import type { ProofRow } from '../harness/proof.ts';
import { resiliencePage } from './resilience-page.ts';

const row = (id: string, more: Partial<ProofRow> = {}): ProofRow => ({
  ...{ id, what: `what of ${id}`, ours: 1.5, peer: null, ratio: null, goal: '≤ 3 s', met: true },
  ...more,
});

test('a line for each supervisor, with its twin; what was missed and left out stands there as that', () => {
  const rows = [
    row('3@pm2'),
    row('3-twin@pm2', { goal: 'as it says' }),
    row('3@compose', { ours: null, met: null, note: 'no container engine: none' }),
    row('3-twin@compose', { ours: null, met: null, note: 'no container engine: none' }),
    row('11b@pm2', { ours: null, met: false, note: 'a | b' }),
    row('11b-twin@pm2'),
  ];
  const page = resiliencePage({
    ...{ name: 'all', machine: 'a machine', at: '2026-11-22T00:00:00.000Z', commit: 'abc', versions: {} },
    ...{ seed: 1, sabotage: null, rows },
  });
  expect(page).toContain('6 rows, 1 missed, 2 left out');
  expect(page).toContain('| pm2 | ≤ 3 s | 1.5 s | met | met |');
  expect(page).toContain(
    '| compose | ≤ 3 s |  | left out: no container engine: none | left out: no container engine: none |',
  );
  expect(page).toContain('## 11b');
  expect(page).toContain('**missed**: a \\| b');
});
