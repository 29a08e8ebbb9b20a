import { patternProblem, type SilenceMatcher } from '@yoban/shared/contracts/silence';
import type { OpsError } from '@yoban/shared/errors';
import { wrongField } from '../wrong-field.ts';

type Labels = Readonly<Record<string, string>>;

const written = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/s;

/**
 * A condition as amtool and the API write it: `name="value"`, `name!=value`, `name=~"pattern"`, `name!~pattern`.
 * @throws OpsError REQUEST_INVALID
 */
export function parseMatcher(text: string): SilenceMatcher {
  const [, name = '', operator = '', given = ''] = written.exec(text) ?? [];
  if (name === '') throw badFilter(`"${text}" is not written as name="value"`);
  const value = given.startsWith('"') ? unquoted(given) : given;
  const isRegex = operator.endsWith('~');
  return { name, value: isRegex ? checkedPattern(name, value) : value, isRegex, isEqual: operator.startsWith('=') };
}

/** The pattern, if it may be matched here. Throws OpsError REQUEST_INVALID. */
export function checkedPattern(name: string, pattern: string): string {
  const problem = patternProblem(pattern);
  if (problem !== null) throw badFilter(`${name}: ${problem}`);
  return pattern;
}

const badFilter = (message: string): OpsError => wrongField('filter', message);

function unquoted(text: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(text)?.[1];
  if (inner === undefined) throw badFilter(`${text} has a quote that does not end, or text after it`);
  return inner.replace(/\\(.)/gs, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

/** All of them hold for these labels; one that is not there counts as empty, and a pattern must match the whole value. */
export const matchesAll = (matchers: readonly SilenceMatcher[], labels: Labels): boolean =>
  matchers.every(({ name, value, isRegex, isEqual }) => {
    const actual = labels[name] ?? '';
    return (isRegex ? matchesWhole(value, actual) : actual === value) === isEqual;
  });

/** Longer text is cut as the alerter cuts it: patterns from outside must not be able to take long. */
const comparedMaxChars = 256;

export const matchesWhole = (pattern: string, text: string): boolean =>
  new RegExp(`^(?:${pattern})$`, 'su').test(text.slice(0, comparedMaxChars));
