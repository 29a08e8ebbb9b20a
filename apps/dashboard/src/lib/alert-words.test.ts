import { expect, test } from 'vitest';
import { en } from '../i18n/en.ts';
import { ja } from '../i18n/ja.ts';
import { alertReasonText, sendErrorText } from './alert-words.ts';

test.each([
  ['http_404', 'answered HTTP 404', 'HTTP 404の応答'],
  ['http_400_chat_not_found', 'answered HTTP 400: chat not found', 'HTTP 400の応答: chat not found'],
  ['smtp_550', 'mail server answered 550', 'メールサーバーの応答\u00a0550'],
  ['timeout', 'no answer in time', '時間内に応答なし'],
  ['smtp_EAUTH', 'smtp EAUTH', 'smtp EAUTH'],
])('A8: why a message was not taken: %s', (word, english, japanese) => {
  expect([sendErrorText(word, en), sendErrorText(word, ja)]).toEqual([english, japanese]);
});

test('A7: why a command changed nothing; a word not known here stays readable', () => {
  expect(alertReasonText('not_open', en)).toBe('the alert is over.');
  expect(alertReasonText('a_new_reason', ja)).toBe('a new reason');
});
