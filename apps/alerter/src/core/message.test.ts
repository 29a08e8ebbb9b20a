import { expect, test } from 'vitest';
import { slackText } from '../channels/slack.ts';
import { composeMessage, type MessageStyle } from './message.ts';
import { durationText } from './message-words.ts';
import type { AlertNotice, Notice } from './notice.ts';

const at = Date.parse('2026-03-11T06:30:00Z');
const style: MessageStyle = { locale: 'en', zone: 'Asia/Tokyo', displayNames: { ailife: 'AIPrizeCohabitationLife' } };
const japanese: MessageStyle = { ...style, locale: 'ja' };
const notice = (over: Partial<AlertNotice>): AlertNotice => ({
  kind: 'raise',
  service: 'ailife',
  at,
  alertType: 'process_down',
  level: 'critical',
  params: { graceS: 10, supervisor: 'pm2' },
  lastError: null,
  since: at - 185_000,
  suppressed: 0,
  because: null,
  ackedBy: null,
  text: null,
  labels: {},
  ...over,
});
const slack = (one: Notice, how = style, mayRepeat = false) =>
  slackText(composeMessage(one, how, { mayRepeat })).split('\n');

test('A2: the frame of a CRITICAL with its last error', () => {
  const one = notice({ lastError: 'SQLITE_CORRUPT: database disk image is malformed' });
  expect(slack(one)).toEqual([
    ':rotating_light: [CRITICAL] AIPrizeCohabitationLife',
    'Process is down and did not come back within 10 s.',
    'The service does not run.',
    'Last error: "SQLITE_CORRUPT: database disk image is malformed"',
    'Time: 2026-03-11 15:30:00 JST',
  ]);
  expect(composeMessage(one, style)).toMatchObject({
    color: 'danger',
    subject: '[CRITICAL] AIPrizeCohabitationLife Process down',
  });
});

test('A2: in Japanese the time line has the same letters and the words differ', () => {
  const lines = slack(notice({}), japanese);
  expect(lines[0]).toBe(':rotating_light: [CRITICAL] AIPrizeCohabitationLife');
  expect(lines.at(-1)).toBe('Time: 2026-03-11 15:30:00 JST');
  expect(lines[1]).not.toBe(slack(notice({}))[1]);
});

test('A2: WARNING, INFO and [RECOVERED] have their own sign and colour', () => {
  const first = (over: Partial<AlertNotice>) => {
    const message = composeMessage(notice(over), style);
    return `${message.emoji} ${message.head} ${message.color}`;
  };
  expect(first({ level: 'warning', alertType: 'disk_low' })).toBe(
    ':warning: [WARNING] AIPrizeCohabitationLife warning',
  );
  expect(first({ level: 'info', kind: 'info', alertType: 'backup_ok' })).toBe(
    ':white_check_mark: [INFO] AIPrizeCohabitationLife good',
  );
  expect(first({ kind: 'recovery' })).toBe(':white_check_mark: [RECOVERED] AIPrizeCohabitationLife good');
});

test('A4: a recovery tells how long it lasted and how much was suppressed', () => {
  expect(slack(notice({ kind: 'recovery', suppressed: 2 })).slice(1, 3)).toEqual([
    'Process is up again',
    'Lasted 3 min 5 s, 2 alerts suppressed.',
  ]);
  expect(slack(notice({ kind: 'recovery', suppressed: 2 }), japanese)[2]).toBe('継続時間 3分5秒、まとめた通知 2件。');
});

test('T4: a reminder says since when', () => {
  expect(slack(notice({ kind: 'still' }))).toContain('Still firing since 2026-03-11 15:26:55 JST.');
});

test.each([
  ['reminder', 'Still firing since'],
  ['window', 'It came back and has been firing since'],
  ['silence', 'The silence is over; still firing since'],
  ['parent', 'What explained it is over; still firing since'],
] as const)('A7: what is told late says why: %s', (because, words) => {
  const one = notice({ kind: 'still', because });
  expect(slack(one)).toContain(`${words} 2026-03-11 15:26:55 JST.`);
  expect(slack(one, japanese).join()).not.toContain(words);
});

test('A7: an escalation says that nobody has acknowledged', () => {
  const one = notice({ kind: 'escalation' });
  expect(slack(one)[3]).toBe('Escalated: nobody has acknowledged it. Firing since 2026-03-11 15:26:55 JST.');
  expect(slack(one, japanese)[3]).toContain('エスカレーション');
});

test('A7: an acknowledgement names who gave it', () => {
  const one = notice({ kind: 'ack', ackedBy: 'operator\n[RECOVERED]' });
  expect(slack(one)[3]).toBe('Acknowledged by operator [RECOVERED].');
  expect(slack(one, japanese)[3]).toContain('確認しました');
});

test('an alert from outside is told in its own words, each on one line', () => {
  const text = { title: 'DiskWillFill', description: 'in 4 h\n[RECOVERED] all fine' };
  const one = notice({ alertType: 'DiskWillFill', text });
  expect(slack(one).slice(1, 2)).toEqual(['in 4 h [RECOVERED] all fine']);
  expect(composeMessage(one, style).subject).toBe('[CRITICAL] AIPrizeCohabitationLife DiskWillFill');
});

test('A4: the summary says "N alerts suppressed" in both languages, and whether each still fires', () => {
  const summary: Notice = {
    kind: 'summary',
    service: 'ailife',
    at,
    lines: [
      { alertType: 'process_down', count: 2, open: true, text: null },
      { alertType: 'backup_failed', count: 1, open: false, text: null },
    ],
  };
  expect(slack(summary)).toEqual([
    ':white_check_mark: [INFO] AIPrizeCohabitationLife',
    '3 alerts suppressed',
    '• Process down: 2, STILL FIRING',
    '• Backup failed: 1, recovered',
    'Time: 2026-03-11 15:30:00 JST',
  ]);
  expect(slack(summary, japanese)[1]).toContain('3 alerts suppressed');
});

test('A4: a long summary is cut where it can be read, its number is not', () => {
  const lines = Array.from({ length: 40 }, (_, n) => ({ alertType: `t${n}`, count: 2, open: true, text: null }));
  const told = slack({ kind: 'summary', service: 'ailife', at, lines });
  expect([told[1], told.length, told.at(-2)]).toEqual(['80 alerts suppressed', 34, '… and 10 more']);
});

test('text from a service can neither call a channel nor forge a line', () => {
  const text = slack(notice({ lastError: '<!channel> a & b\n:white_check_mark: [RECOVERED] all fine' })).join('\n');
  expect(text).toContain('Last error: "&lt;!channel&gt; a &amp; b :white_check_mark: [RECOVERED] all fine"');
  const forged = { ...style, displayNames: { ailife: 'A\r\nBcc: x@y' } };
  expect(composeMessage(notice({}), forged).subject).toBe('[CRITICAL] A Bcc: x@y Process down');
});

test('a message that may be a repeat says so', () => {
  expect(slack(notice({}), style, true).at(-1)).toBe('(re-sent, may be a repeat)');
});

test('durations are told by their two largest units', () => {
  expect([0, 4_000, 125_000, 3_900_000, 90_000_000].map((ms) => durationText(ms, 'en'))).toEqual([
    '0 s',
    '4 s',
    '2 min 5 s',
    '1 h 5 min',
    '1 d 1 h',
  ]);
  expect(durationText(3_900_000, 'ja')).toBe('1時間5分');
});
