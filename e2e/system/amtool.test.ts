// needs: amtool
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { type AlertStack, startAlertStack } from '../harness/alert-stack.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const undo = undoAfterAll();
const run = promisify(execFile);
let stack: AlertStack;
let byToken: string;

beforeAll(async () => {
  stack = await startAlertStack({ windowMs: 4_000 });
  undo(stack.stop);
  byToken = path.join(stack.home, 'by-token.yml');
  writeFileSync(byToken, `authorization: {credentials: ${stack.ingestToken}}\n`);
});

/** Debian's amtool against the kit; its own home, so that no file of this machine decides. */
const amtool = (...args: string[]) => withAccess(stack.url, `--http.config.file=${byToken}`, ...args);
async function withAccess(url: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: stack.home, USER: 'ops' };
  return (await run('amtool', [`--alertmanager.url=${url}`, '--no-version-check', ...args], { env })).stdout;
}
const texts = () => stack.slack.messages().map((message) => message.text);

test('an alert added is told, listed and found by its labels; its end is its recovery', async () => {
  await amtool(
    'alert',
    'add',
    'alertname=DiskFull',
    'job=node',
    'instance=a',
    'severity=critical',
    '--annotation=summary=no room',
  );
  await waitFor('the message', () => texts().find((text) => text.includes('[CRITICAL] node')));
  const listed = JSON.parse(await amtool('alert', 'query', '-o', 'json', 'job=~"no.*"', 'instance!=b'));
  expect(listed).toMatchObject([
    { labels: { alertname: 'DiskFull', instance: 'a' }, annotations: { summary: 'no room' } },
  ]);
  expect(await amtool('alert', 'query', 'DiskFull')).toMatch(/DiskFull .*no room .*active/);
  expect(await amtool('alert', 'query', 'SomethingElse')).not.toContain('DiskFull');
  const now = new Date().toISOString();
  await amtool('alert', 'add', 'alertname=DiskFull', 'job=node', 'instance=a', 'severity=critical', `--end=${now}`);
  await waitFor('the recovery', () => texts().find((text) => text.includes('[RECOVERED] node')));
  await waitFor('its end in the list', async () => !(await amtool('alert', 'query', 'DiskFull')).includes('DiskFull'));
});

test('an alert that is wrong is refused with the reason on the screen', async () => {
  const wrong = amtool('alert', 'add', 'Late', '--start=2021-01-01T00:00:00Z', '--end=2020-01-01T00:00:00Z');
  await expect(wrong).rejects.toMatchObject({ stderr: expect.stringContaining('start time must be before end time') });
});

test('A7: a silence holds its alert back, is listed, changed and expired', async () => {
  const id = (
    await amtool('silence', 'add', 'alertname=Noisy', 'job=~n.*', '-a', 'ops', '-c', 'new disks', '-d', '1h')
  ).trim();
  expect(await amtool('silence', 'query')).toMatch(
    new RegExp(`${id} .*alertname="Noisy" job=~"n\\.\\*" .*ops .*new disks`),
  );
  await amtool('alert', 'add', 'alertname=Noisy', 'job=node', 'severity=critical');
  expect(await amtool('alert', 'query', 'Noisy')).not.toContain('Noisy');
  expect(await amtool('alert', 'query', '--silenced', 'Noisy')).toMatch(/Noisy .*suppressed/);
  await amtool('alert', 'add', 'alertname=Loud', 'job=node', 'severity=critical');
  await waitFor('what is not silenced', () => texts().find((text) => text.includes('Loud')));
  expect(texts().filter((text) => text.includes('Noisy'))).toEqual([]);
  expect((await amtool('silence', 'update', id, '-c', 'older disks')).trim()).toContain(id);
  expect(await amtool('silence', 'query', 'alertname=Noisy')).toContain('older disks');
  await amtool('silence', 'expire', id);
  expect(await amtool('silence', 'query')).not.toContain(id);
  expect(await amtool('silence', 'query', '--expired')).toContain(id);
  await waitFor('the alert that was held back', () => texts().find((text) => text.includes('Noisy')));
  await expect(amtool('silence', 'expire', 'no-such-silence')).rejects.toMatchObject({ code: 1 });
});

test('the key goes by Basic in the address too; nothing and a wrong key are refused', async () => {
  const address = (password: string) => stack.url.replace('http://', `http://amtool:${password}@`);
  expect(await withAccess(address(stack.adminKey), 'alert', 'query')).toContain('Alertname');
  await expect(withAccess(address('wrong'), 'alert', 'query')).rejects.toMatchObject({ code: 1 });
  await expect(withAccess(stack.url, 'alert', 'query')).rejects.toMatchObject({ code: 1 });
});

test('status, receivers and routes read as amtool expects them', async () => {
  expect(await amtool('cluster', 'show')).toContain('disabled');
  expect(await amtool('config', 'routes', 'show')).toContain('slack');
});
