import { expect, test } from 'vitest';
import { matchesAll, parseMatcher } from './label-filter.ts';

test.each([
  ['alertname=foo', { name: 'alertname', value: 'foo', isRegex: false, isEqual: true }],
  ['alertname="a \\"b\\" \\\\ c"', { name: 'alertname', value: 'a "b" \\ c', isRegex: false, isEqual: true }],
  [' job != "x" ', { name: 'job', value: 'x', isRegex: false, isEqual: false }],
  ['job=~"no.*|db"', { name: 'job', value: 'no.*|db', isRegex: true, isEqual: true }],
  ['job!~n.+', { name: 'job', value: 'n.+', isRegex: true, isEqual: false }],
  ['job=', { name: 'job', value: '', isRegex: false, isEqual: true }],
])('%s is read', (text, matcher) => {
  expect(parseMatcher(text)).toEqual(matcher);
});

test.each(['', 'foo', '=x', 'a="b', 'a="b"c', 'a=~"("', 'a=~"(x+)+"'])('%j is refused', (text) => {
  expect(() => parseMatcher(text)).toThrow('filter');
});

test('all conditions hold; a missing label is empty; a pattern matches the whole value', () => {
  const labels = { alertname: 'Down', job: 'node' };
  const holds = (...texts: string[]) => matchesAll(texts.map(parseMatcher), labels);
  expect(holds('alertname=Down', 'job=~no.*')).toBe(true);
  expect(holds('alertname=Down', 'job=db')).toBe(false);
  expect(holds('job=~no')).toBe(false);
  expect(holds('zone=')).toBe(true);
  expect(holds('zone!=a')).toBe(true);
  expect(holds('zone=~.+')).toBe(false);
});
