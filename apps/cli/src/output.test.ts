import { OpsError } from '@yoban/shared/errors';
import { expect, test } from 'vitest';
import { createOutput } from './output.ts';
import { chooseLang, wordsIn } from './words/words.ts';

function capture(json: boolean, lang: 'en' | 'ja' = 'en') {
  let out = '';
  let err = '';
  const io = {
    stdout: (text: string) => {
      out += text;
    },
    stderr: (text: string) => {
      err += text;
    },
  };
  return { output: createOutput(io, json, wordsIn(lang)), out: () => out, err: () => err };
}

test('columns line up, also with full-width letters and empty cells', () => {
  const { output, out } = capture(false);
  output.table(
    ['名前', 'n'],
    [
      ['a', 1],
      ['あいう', null],
    ],
  );
  expect(out()).toBe('名前    n\na       1\nあいう  -\n');
});

test("a problem has the catalog's hint in the reader's language, and a hint of the case as it was thrown", () => {
  const inJapanese = capture(false, 'ja');
  inJapanese.output.problem(new OpsError('DB_CORRUPT', 'page 3 is torn'));
  expect(inJapanese.err()).toBe(
    'error DB_CORRUPT: page 3 is torn\n対処: 最新の正常なバックアップを復元してください: yoban restore --latest --yes\n',
  );
  const special = capture(false, 'ja');
  special.output.problem(new OpsError('DB_CORRUPT', 'x', { hint: 'Ask Kim.' }));
  expect(special.err()).toContain('対処: Ask Kim.');
});

test('with --json the result is JSON and the plain printing is not called', () => {
  const { output, out, err } = capture(true);
  output.result({ a: 1 }, () => output.line('plain'));
  output.note('beside');
  expect(JSON.parse(out())).toEqual({ a: 1 });
  expect(err()).toBe('beside\n');
});

test('the language: --lang, then the locale, then English', () => {
  expect(chooseLang('ja', { LANG: 'en_US.UTF-8' })).toBe('ja');
  expect(chooseLang(undefined, { LANG: 'ja_JP.UTF-8' })).toBe('ja');
  expect(chooseLang(undefined, { LC_ALL: 'C', LANG: 'ja_JP.UTF-8' })).toBe('en');
  expect(chooseLang(undefined, {})).toBe('en');
  expect(chooseLang('fr', {})).toBeNull();
});
