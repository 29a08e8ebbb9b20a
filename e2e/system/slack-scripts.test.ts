// needs: curl
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { type AlertStack, startAlertStack } from '../harness/alert-stack.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();
let stack: AlertStack;
beforeAll(async () => {
  stack = await startAlertStack({ windowMs: 60_000 });
  undo(stack.stop);
});

/** How the scripts of the backup and of the health check post: the colour is danger unless they say another one. */
const script = `
url="$1"; text="$2"; color="\${3:-danger}"
curl -s -X POST "$url" -H 'Content-Type: application/json' \\
  -d "{\\"attachments\\":[{\\"color\\":\\"$color\\",\\"text\\":\\"$text\\"}]}"`;
const run = promisify(execFile);
const notify = async (text: string, color?: string): Promise<string> =>
  (await run('bash', ['-c', script, 'bash', stack.hookUrl, text, ...(color ? [color] : [])])).stdout;

const told = (part: string) =>
  waitFor(`a message with "${part}"`, () => stack.slack.messages().find((one) => one.text.includes(part)));
const alerts = async (query: string): Promise<AlertRecord[]> => {
  const answer = await fetch(`${stack.url}/api/alerts?${query}`, { headers: { 'x-api-key': stack.adminKey } });
  return ((await answer.json()) as { alerts: AlertRecord[] }).alerts;
};

test('the backup’s own messages: its failure is one CRITICAL, its success the recovery, and later an INFO', async () => {
  expect(await notify(':x: [Backup FAILED] Database not found: ./data/game.sqlite')).toBe('ok');
  expect(await told('Database not found')).toMatchObject({ color: 'danger' });
  expect((await told('Database not found')).text).toContain('[CRITICAL] AIPrizeCohabitationLife');
  await notify(':x: [Backup FAILED] sqlite3 .backup failed for hourly');
  await notify(':x: [Backup FAILED] Integrity check failed for hourly: *** in database main ***');
  await waitFor('one alert of three', async () => (await alerts('q=cron_backup&state=open'))[0]?.suppressed === 2);
  expect(await notify(':white_check_mark: [Backup OK] hourly backup complete (6.3M)', 'good')).toBe('ok');
  expect(await told('[RECOVERED]')).toMatchObject({ color: 'good' });
  await waitFor('it is over', async () => (await alerts('q=cron_backup&state=open')).length === 0);
  await notify(':white_check_mark: [Backup OK] daily backup complete (6.4M)', 'good');
  expect((await told('daily backup complete (6.4M)')).text).toContain('[INFO]');
});

test('the health check’s own messages are one alert, whichever word raised it', async () => {
  await notify(':rotating_light: [ALERT] AIPrizeCohabitationLife is DOWN (HTTP 000)');
  await told('is DOWN (HTTP 000)');
  await notify(':x: [CRITICAL] AIPrizeCohabitationLife is unhealthy — immediate attention required');
  await waitFor('the second counted', async () => (await alerts('q=cron_health&state=open'))[0]?.suppressed === 1);
  await notify(':white_check_mark: [RECOVERED] AIPrizeCohabitationLife is back online', 'good');
  await waitFor('it is over', async () => (await alerts('q=cron_health&state=resolved')).length === 1);
  await notify(':warning: [WARNING] AIPrizeCohabitationLife is degraded — check /api/health for details', 'warning');
  const warning = await waitFor('the warning', async () => (await alerts('q=cron_health&state=open'))[0]);
  expect(warning.level).toBe('warning');
  expect(warning.text?.description).toBe(
    '[WARNING] AIPrizeCohabitationLife is degraded — check /api/health for details',
  );
  await notify(':white_check_mark: [RECOVERED] AIPrizeCohabitationLife is back online', 'good');
  await waitFor('that is over too', async () => (await alerts('q=cron_health&state=open')).length === 0);
});

test('the one-line try of the trouble table arrives', async () => {
  const { stdout } = await run('curl', ['-s', '-X', 'POST', stack.hookUrl, '-d', '{"text":"test"}']);
  expect(stdout).toBe('ok');
  await waitFor('an INFO', async () => (await alerts('state=info&q=cron_message')).length === 1);
});

test('what happened stands in the two files of the day', async () => {
  const dir = path.join(stack.home, 'logs');
  const lines = (start: string) =>
    readdirSync(dir)
      .filter((name) => name.startsWith(start))
      .flatMap((name) => readFileSync(path.join(dir, name), 'utf8').trimEnd().split('\n'));
  await waitFor('the last of it', () => lines('monitoring-events-').some((line) => line.includes('cron_message')));
  const events = lines('monitoring-events-').map((line) => JSON.parse(line));
  const raised = events.filter((one) => one.event === 'alert.raised');
  expect(raised.map((one) => one.severity)).toEqual(['critical', 'critical', 'warning']);
  expect(new Set(events.map((one) => one.id)).size).toBe(events.length);
  expect(lines('monitoring-alerts-').filter((line) => line.includes('[RECOVERED]'))).toHaveLength(3);
});
