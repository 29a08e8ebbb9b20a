import { AlertEvent } from '@yoban/shared/contracts/alert';
import { expect, test } from 'vitest';
import { SlackMessage, slackEvents } from './slack-message.ts';

const now = Date.parse('2026-03-11T06:30:00.000Z');
const events = (body: unknown, open: string[] = []) => {
  const context = { hook: 'cron', service: 'ailife', postId: 'p', now, isOpen: (type: string) => open.includes(type) };
  return slackEvents(SlackMessage.parse(body), context).map((one) => AlertEvent.parse(one));
};
const told = (color: string | undefined, text: string, open: string[] = []) =>
  events({ attachments: [{ color, text }] }, open).map((one) => `${one.kind} ${one.level} ${one.alertType}`);

test.each([
  ['danger', ':x: [Backup FAILED] Database not found: ./data/game.sqlite', ['raise critical cron_backup']],
  ['danger', ':rotating_light: [ALERT] AIPrize is DOWN (HTTP 000)', ['raise critical cron_health']],
  ['warning', ':warning: [WARNING] AIPrize is degraded', ['raise warning cron_health']],
  ['danger', ':x: [CRITICAL] AIPrize is unhealthy', ['raise critical cron_health']],
  ['good', ':white_check_mark: [RECOVERED] AIPrize is back online', ['clear critical cron_health']],
  ['good', ':white_check_mark: [INFO] Daily backup completed', ['info info cron_info']],
  ['good', 'deployed', ['info info cron_message']],
  [undefined, 'hello', ['info info cron_message']],
  ['#ff0000', 'something', ['raise warning cron_message']],
  ['danger', '[Disk full] 99 %', ['raise critical cron_disk_full']],
  ['danger', '[Nightly Sync FAILED] exit 3', ['raise critical cron_nightly_sync']],
  [undefined, '[Nightly Sync FAILED] exit 3', ['raise critical cron_nightly_sync']],
  ['danger', '[]', ['raise critical cron_message']],
])('%s %s', (color, text, expected) => {
  expect(told(color, text)).toEqual(expected);
});

test('[Backup OK] clears a failure, and is an INFO of its own while there was none', () => {
  const ok = ':white_check_mark: [Backup OK] hourly backup complete (6.3M)';
  expect(told('good', ok)).toEqual(['clear critical cron_backup', 'info info cron_backup']);
  expect(told('good', ok, ['cron_backup'])).toEqual(['clear critical cron_backup']);
  expect(told('good', '[Nightly Sync OK]')).toEqual([
    'clear critical cron_nightly_sync',
    'info info cron_nightly_sync',
  ]);
});

test('the words are the script’s own, in one line, without Slack’s pictures', () => {
  const [event] = events({ attachments: [{ color: 'danger', text: ':x: [Backup FAILED] a\n[RECOVERED] b' }] });
  expect(event?.text).toEqual({ title: 'backup', description: '[Backup FAILED] a [RECOVERED] b' });
  expect(events({ text: 'test' })[0]?.text).toEqual({ title: 'test', description: 'test' });
});

test('each attachment is an alert of its own name; a message that says nothing is none', () => {
  const two = events({
    attachments: [
      { color: 'danger', text: '[A FAILED]' },
      { color: 'danger', text: '[A FAILED]' },
    ],
  });
  expect(two.map((one) => one.id)).toEqual(['hook-p-0-raise', 'hook-p-1-raise']);
  expect(events({})).toEqual([]);
  expect(events({ attachments: [{ color: 'good', text: ' ' }] })).toEqual([]);
});

test('blocks and other fields that Slack knows are left aside', () => {
  expect(events({ text: 'hi', username: 'cron', icon_emoji: ':x:', blocks: [{ type: 'divider' }] })).toHaveLength(1);
});
