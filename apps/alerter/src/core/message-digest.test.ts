import { MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { composeMessage } from './message.ts';
import type { MessageStyle } from './message-style.ts';
import type { DigestLine } from './notice.ts';
import { testMessage } from './test-message.ts';

const at = Date.parse('2026-03-11T06:30:00Z');
const style: MessageStyle = { locale: 'en', zone: 'Asia/Tokyo', displayNames: { ailife: 'AIPrizeCohabitationLife' } };
const japanese: MessageStyle = { ...style, locale: 'ja' };
const entry = (over: Partial<DigestLine> = {}): DigestLine => ({
  service: 'ailife',
  alertType: 'llm_error_rate',
  count: 1,
  first: at - 12 * MINUTE,
  last: at - 12 * MINUTE,
  recoveredAt: null,
  params: { value: 15.3, limit: 10, fallback: true },
  lastError: null,
  text: null,
  ...over,
});
const told = (entries: DigestLine[], how = style) => {
  const { emoji, head, lines, subject } = composeMessage({ kind: 'digest', at, entries }, how);
  return { text: [`${emoji} ${head}`, ...lines], subject };
};

test('A1: a digest of one WARNING is printed like a single alert, at the time it was seen', () => {
  expect(told([entry()])).toEqual({
    text: [
      ':warning: [WARNING] AIPrizeCohabitationLife',
      'LLM error rate is over 10% (now 15.3%).',
      'Fallback replies are on.',
      'Time: 2026-03-11 15:18:00 JST',
    ],
    subject: '[WARNING] AIPrizeCohabitationLife LLM errors',
  });
});

test('A1: one that was raised often, or is over, says so', () => {
  const often = entry({ count: 5, last: at - 5_000, recoveredAt: at - 1_000 });
  expect(told([often]).text.slice(3)).toEqual([
    '5 times, first 15:18:00, last 15:29:55',
    'Recovered: 15:18–15:29.',
    'Time: 2026-03-11 15:29:55 JST',
  ]);
});

test('A1: a digest of more is a head line, then one line per alert with count, first and last time', () => {
  const entries = [
    entry({ count: 3, last: at - 2 * MINUTE }),
    entry({ service: 'bot', alertType: 'disk_low', recoveredAt: at - 8 * MINUTE }),
  ];
  expect(told(entries)).toEqual({
    text: [
      ':warning: [WARNING] AIPrizeCohabitationLife, bot',
      '2 warnings',
      '• AIPrizeCohabitationLife: LLM errors: 3 times, first 15:18:00, last 15:28:00, STILL FIRING',
      '• bot: Disk nearly full: once at 15:18:00, recovered 15:18–15:22',
      'Time: 2026-03-11 15:30:00 JST',
    ],
    subject: '[WARNING] AIPrizeCohabitationLife, bot 2 warnings',
  });
});

test('A1: in Japanese the words differ, the frame does not; one service is not named in each line', () => {
  const entries = [entry({ count: 2, last: at }), entry({ alertType: 'disk_low', recoveredAt: at })];
  expect(told(entries, japanese).text).toEqual([
    ':warning: [WARNING] AIPrizeCohabitationLife',
    '警告 2件',
    '・LLM エラー: 2回（最初 15:18:00、最後 15:30:00）、継続中',
    '・ディスク残量: 15:18:00 に1回、復旧済み 15:18–15:30',
    'Time: 2026-03-11 15:30:00 JST',
  ]);
});

test('A1: a long digest is cut where it can be read, and says how many more there are', () => {
  const many = Array.from({ length: 45 }, (_, n) => entry({ service: `s${n}` }));
  const { text } = told(many);
  expect(text[0]).toBe(':warning: [WARNING] s0, s1, s2, …');
  expect([text.length, text.at(-2), text.at(-1)]).toEqual([34, '… and 15 more', 'Time: 2026-03-11 15:30:00 JST']);
  expect(text.join('\n').length).toBeLessThan(3_000);
});

test('A8: a test-send is marked TEST and names who asked, in both languages', () => {
  const en = testMessage('slack', 'operator', style, at);
  expect([en.head, ...en.lines]).toEqual([
    '[TEST] yoban',
    'This is a test of the channel slack, asked for by operator.',
    'Nothing is wrong.',
    'Time: 2026-03-11 15:30:00 JST',
  ]);
  expect(en.subject).toBe('[TEST] yoban Test message');
  expect(testMessage('slack', 'operator', japanese, at).lines[0]).toContain('slack のテスト');
});
