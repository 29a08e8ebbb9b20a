import { expect, test } from 'vitest';
import { countRun } from './run-vitest.mjs';
import { needsOf } from './system-needs.mjs';

test('a run is counted as it reports itself', () => {
  expect(countRun(0, { passed: 7, failed: 0, other: 0 })).toEqual({ passed: 7, failed: 0 });
  expect(countRun(1, { passed: 7, failed: 2, other: 0 })).toEqual({ passed: 7, failed: 2 });
});

test('a crash before the report, or a bad end without a failed test, is one failure', () => {
  expect(countRun(134, undefined)).toEqual({ passed: 0, failed: 1 });
  expect(countRun(1, { passed: 7, failed: 0, other: 0 })).toEqual({ passed: 7, failed: 1 });
});

test('a test that was skipped or never reached does not pass silently', () => {
  expect(countRun(0, { passed: 7, failed: 0, other: 1 })).toEqual({ passed: 7, failed: 1 });
});

test('a system test names the programs it needs', () => {
  expect(needsOf('// needs: sshd, postfix\nimport x')).toEqual(['sshd', 'postfix']);
  expect(needsOf('import x')).toEqual([]);
});
