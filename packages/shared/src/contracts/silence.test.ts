import { expect, test } from 'vitest';
import { patternProblem, Silence } from './silence.ts';

test.each([
  ['web-[0-9]+', null],
  ['(web|db)-.*', null],
  ['a\\+b\\(c\\)*', null],
  ['[+*?{]+', null],
  ['(?:up|down)', null],
  ['(a+)+', 'a group cannot be repeated'],
  ['(a|aa)*b', 'a group cannot be repeated'],
  ['a?a?a?a?', 'at most 3 repeats (* + ? {}) in one pattern'],
  ['a{2}b{3}c{4}d{5}', 'at most 3 repeats (* + ? {}) in one pattern'],
  ['x'.repeat(257), 'a pattern has at most 256 characters'],
])('A7: a pattern that could take long to match is refused: %s', (pattern, problem) => {
  expect(patternProblem(pattern)).toBe(problem);
});

test('A7: a pattern that is none, and a silence that ends before it starts, are refused by their place', () => {
  const parsed = Silence.safeParse({
    id: 's1',
    matchers: [{ name: 'service', value: '(', isRegex: true }],
    startsAt: '2026-03-11T06:00:00.000Z',
    endsAt: '2026-03-11T05:00:00.000Z',
    createdBy: 'operator',
    comment: '',
  });
  expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual(['matchers.0.value', 'endsAt']);
});
