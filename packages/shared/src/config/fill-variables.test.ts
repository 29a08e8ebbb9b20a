import { describe, expect, test } from 'vitest';
import { fillVariables } from './fill-variables.ts';

const env: Record<string, string> = { HOST: 'box', MAX: '5', ON: 'false', EMPTY: '' };
const fill = (text: string) => fillVariables(text, (name) => env[name]);

describe('variables in yoban.yml', () => {
  test.each([
    ['plain text', 'plain text'],
    ['http://${HOST}:${PORT:-8080}/', 'http://box:8080/'],
    ['${MAX:-60}s', '5s'],
    ['${EMPTY:-x}', 'x'],
    ['${NOPE:-}', ''],
    ['${MAX}', '5'],
    ['$HOST and ${1}', '$HOST and ${1}'],
  ])('%j is %j', (text, value) => {
    expect(fill(text)).toEqual({ value, problems: [] });
  });

  test('W8: a variable alone is of the kind of its default', () => {
    expect(fill('${MAX:-3}').value).toBe(5);
    expect(fill('${NOPE:--0.5}').value).toBe(-0.5);
    expect(fill('${ON:-true}').value).toBe(false);
    expect(fill('${NOPE:-true}').value).toBe(true);
    expect(fill('${MAX:-three}').value).toBe('5');
  });

  test('what is unset or of the wrong kind is named without its value', () => {
    expect(fill('${NOPE} ${GONE}')).toEqual({
      value: '${NOPE} ${GONE}',
      problems: ['${NOPE} is not set in the environment', '${GONE} is not set in the environment'],
    });
    expect(fill('${HOST:-3}').problems).toEqual(['HOST must be a number, as its default 3 is']);
    expect(fill('${MAX:-true}').problems).toEqual(['MAX must be true or false, as its default true is']);
  });
});
