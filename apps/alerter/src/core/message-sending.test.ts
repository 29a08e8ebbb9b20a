import { MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { composeMessage, type MessageStyle, type Sending } from './message.ts';
import type { AlertNotice, Notice } from './notice.ts';

const at = (time: string) => Date.parse(`2026-03-11T${time}:00+09:00`);
const style = (locale: 'ja' | 'en', zone = 'Asia/Tokyo'): MessageStyle => ({
  locale,
  zone,
  displayNames: { ailife: 'AI' },
});
const notice = (over: Partial<AlertNotice>): AlertNotice => ({
  ...{ kind: 'passed', service: 'ailife', alertType: 'process_down', level: 'critical', at: at('12:17') },
  ...{ since: at('12:03'), params: { graceS: 10 }, lastError: null, text: null, labels: {}, suppressed: 0 },
  ...{ because: null, ackedBy: null },
  ...over,
});
const linesOf = (one: Notice, how: MessageStyle, sending: Sending = {}) => {
  const { head, lines } = composeMessage(one, how, sending);
  return [head, ...lines];
};
const late = { delayMs: 43 * MINUTE };

test('A5: what began and ended before it could be told says when, and how late that is, in the channel’s zone', () => {
  expect(linesOf(notice({}), style('en'), late)).toEqual([
    '[RECOVERED] AI',
    'Process is up again',
    'Was down 12:03–12:17, notice delayed 43 min.',
    'Time: 2026-03-11 12:17:00 JST',
  ]);
  expect(linesOf(notice({}), style('ja', 'UTC'), late)[2]).toBe(
    '03:03–03:17 に停止していました。通知は43分遅れています。',
  );
});

test('A5: over midnight it says the days; of what is not about running it says that it lasted; repeats are counted', () => {
  const night = notice({ since: at('23:50'), at: at('23:50') + 20 * MINUTE });
  expect(linesOf(night, style('en'), late)[2]).toBe('Was down 03-11 23:50–03-12 00:10, notice delayed 43 min.');
  const backup = notice({ alertType: 'backup_failed', suppressed: 2 });
  expect(linesOf(backup, style('en'), late)[2]).toBe('Lasted 12:03–12:17, notice delayed 43 min, 2 alerts suppressed.');
  expect(linesOf(backup, style('ja'), late)[2]).toBe(
    '12:03–12:17 に発生していました。通知は43分遅れています（まとめた通知 2件）。',
  );
});

test('A5: from 5 minutes on a message says how late it is', () => {
  const raise = notice({ kind: 'raise', at: at('12:03') });
  expect(linesOf(raise, style('en'), { delayMs: 5 * MINUTE })).toContain('Notice delayed 5 min.');
  expect(linesOf(raise, style('ja'), late)).toContain('通知は43分遅れています。');
  expect(linesOf(raise, style('en'), { delayMs: 5 * MINUTE - 1 }).join()).not.toContain('delayed');
});

test('A5: a fallback says whom it stands in for, and why', () => {
  const via = (why: 'silent' | 'refused' | 'quota', locale: 'ja' | 'en') =>
    linesOf(notice({ kind: 'raise', via: { channel: 'Slack', why, forMs: 60_400 } }), style(locale)).at(-2);
  expect([via('silent', 'en'), via('refused', 'en'), via('quota', 'en')]).toEqual([
    'Slack could not be reached for 60 s, so this comes here.',
    'Slack did not take this message, so it comes here.',
    'Slack takes no more messages for now, so this comes here.',
  ]);
  expect([via('silent', 'ja'), via('refused', 'ja'), via('quota', 'ja')]).toEqual([
    'Slack に60秒間届かなかったため、こちらへお知らせします。',
    'Slack がこの通知を受け付けなかったため、こちらへお知らせします。',
    'Slack は現在これ以上送信できないため、こちらへお知らせします。',
  ]);
});

test('A5: told past Redis it says so, in English letters in both languages', () => {
  for (const locale of ['en', 'ja'] as const) {
    const lines = linesOf(notice({ kind: 'raise', direct: true }), style(locale));
    expect(lines.at(-2)).toContain('dedup unavailable: Redis is away');
  }
});

test('A5: INFOs that waited are one message: what of, how many, first and last', () => {
  const entry = { service: 'ailife', alertType: 'backup_ok', first: at('12:00'), last: at('12:30'), text: null };
  const one: Notice = { kind: 'backlog', at: at('12:45'), entries: [{ ...entry, count: 3 }] };
  expect(linesOf(one, style('ja'), late)).toEqual([
    '[INFO] AI',
    '届けられなかったお知らせ 3件',
    '・バックアップ成功: 3回（最初 12:00:00、最後 12:30:00）',
    '通知は43分遅れています。',
    'Time: 2026-03-11 12:45:00 JST',
  ]);
  const many = Array.from({ length: 40 }, (_, n) => ({ ...entry, alertType: `type-${n}`, count: 1 }));
  const lines = linesOf({ ...one, entries: many }, style('en'));
  expect([lines.length, lines.at(-2)]).toEqual([34, '… and 10 more']);
});
