import { describe, expect, test } from 'vitest';
import { en } from './en.ts';
import { ja } from './ja.ts';
import type { Messages } from './messages.ts';

const keys = Object.keys(en) as (keyof Messages)[];
/** Words that are the same in both languages, as the glossary has them. */
const sameInBoth: ReadonlySet<string> = new Set([
  'llm',
  'cpu',
  'p95',
  'fact',
  'dayAfter',
  'processedUnit',
  'viewersUnit',
]);

type Text = string | ((...blanks: never[]) => string);

/** The text with its blanks filled by something that is neither Japanese nor Latin, so that only our own words remain. */
function filled(text: Text): string {
  if (typeof text === 'string') return text;
  const blanks = Array.from({ length: Math.max(text.length, 4) }, () => '7');
  return Reflect.apply(text, undefined, blanks);
}

describe('D6: Japanese and English', () => {
  test('both have the same keys', () => {
    expect(new Set(Object.keys(ja))).toEqual(new Set(keys));
  });
  test('every text differs, but for the words that the glossary has alike', () => {
    const alike = keys.filter((key) => filled(ja[key]) === filled(en[key]));
    expect(alike.filter((key) => !sameInBoth.has(key))).toEqual([]);
  });
});

describe('Japanese typography', () => {
  const japanese = '[\\u3040-\\u30ff\\u4e00-\\u9fff、。（）]';
  test('brackets are full-width', () => {
    expect(keys.map((key) => filled(ja[key])).filter((text) => /[()]/.test(text))).toEqual([]);
  });
  test('no typed space stands beside Japanese, but after a half-width colon', () => {
    const spaced = new RegExp(`${japanese} |(?<!:) ${japanese}`);
    expect(keys.map((key) => filled(ja[key])).filter((text) => spaced.test(text))).toEqual([]);
  });
});
