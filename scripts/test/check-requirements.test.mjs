import { expect, test } from 'vitest';
import { readRows, requirementProblems } from './check-requirements.mjs';

const table =
  '| row | state | built in | proven by |\n|---|---|---|---|\n| B3 | done | x | `a.test.ts` |\n| C1 | later | issue D | |\n';
const passing = [{ file: 'a.test.ts', name: 'suite > B2, B3: a copy that fails', state: 'passed' }];
const exists = () => '';

test('a done row needs a passing test of its name in the file it names', () => {
  expect(requirementProblems(readRows(table), passing, exists)).toEqual([]);
  expect(requirementProblems(readRows(table), [{ ...passing[0], state: 'failed' }], exists)).toEqual([
    'B3: no passing test of its name in a.test.ts',
  ]);
});

test('a done row without any test, an unknown state and a proof of what comes later are told', () => {
  const rows = readRows('| B1 | done | x | |\n| B2 | nearly | x | `a` |\n| B3 | later | x | `a` |');
  expect(requirementProblems(rows, [], exists)).toEqual([
    'B1: called done without a test',
    'B2: unknown state "nearly"',
    'B3: said to come later, but names a proof',
  ]);
});

test('a container test or a played scenario has a run of its own: here its name in the file is enough, and only its own', () => {
  const text = () => "test('K1, H7: it stops', () => {});";
  const row = (id, file) => [{ id, state: 'done', files: [file] }];
  expect(requirementProblems(row('K1', 'e2e/containers/life.test.ts'), [], text)).toEqual([]);
  expect(requirementProblems(row('H7', 'e2e/containers/life.test.ts'), [], text)).toEqual([]);
  expect(requirementProblems(row('K2', 'e2e/containers/life.test.ts'), [], text)).toHaveLength(1);
  expect(requirementProblems(row('K1', 'apps/watchdog/test/presets/bot-real.test.ts'), [], text)).toEqual([]);
  expect(requirementProblems(row('K1', 'e2e/system/life.test.ts'), [], text)).toHaveLength(1);
});
