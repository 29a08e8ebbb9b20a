import { expect, test } from 'vitest';
import { pickLang, viewerWords } from './viewer-words.ts';

test('A.4: the viewer’s language: the address first, then the browser, then English', () => {
  expect(pickLang('ja', 'en')).toBe('ja');
  expect(pickLang(null, 'ja,en-US;q=0.7')).toBe('ja');
  expect(pickLang('fr', 'fr-FR,en;q=0.8,ja;q=0.5')).toBe('en');
  expect(pickLang(null, undefined)).toBe('en');
});

test('A.4: every word is there in both languages, and differs', () => {
  for (const [key, word] of Object.entries(viewerWords.en))
    expect(Object.entries(viewerWords.ja)).not.toContainEqual([key, word]);
  expect(Object.keys(viewerWords.ja)).toEqual(Object.keys(viewerWords.en));
});
