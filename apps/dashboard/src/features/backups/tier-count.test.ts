import { expect, test } from 'vitest';
import { messagesOf } from '../../i18n/messages-of.ts';
import { tierCountText } from './tier-count.ts';

test.each([
  ['en', 5, 8, 'of 8'],
  ['en', 0, 4, 'of 4'],
  ['en', 9, 8, 'files, keeps 8'],
  ['en', 1, undefined, 'file'],
  ['ja', 5, 8, '／8件'],
  ['ja', 9, 8, '件（保持数8）'],
  ['ja', 5, undefined, '件'],
] as const)('B5: a tier says of how many its files are: %s, %i of %s', (locale, files, keep, text) => {
  expect(tierCountText(files, keep, messagesOf(locale))).toBe(text);
});
