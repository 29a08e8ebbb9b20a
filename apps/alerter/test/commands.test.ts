import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { AlertCommand } from '@yoban/shared/contracts/alert-command';
import type { Fact, FactOf } from '@yoban/shared/contracts/fact';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AlerterBench, startBench } from './support/alerter-bench.ts';

let bench: AlerterBench;
beforeEach(async () => {
  bench = await startBench();
  await bench.startAlerter();
});
afterEach(() => bench.stop());

const head = () => ({ id: crypto.randomUUID(), actor: 'operator', at: isoTime(Date.now()) });
const ask = (command: AlertCommand) => bench.producer.add('alertCommand', command.id, command);
const facts = async <T extends Fact['type']>(type: T): Promise<FactOf<T>[]> => {
  const jobs = await (await bench.producer.queue('fact')).getJobs(['prioritized', 'waiting']);
  return jobs.map((job) => job.data as Fact).filter((fact): fact is FactOf<T> => fact.type === type);
};
const audited = (id: string) =>
  waitFor('the audit', async () => (await facts('alert-audit')).find(({ audit }) => audit.id === id)?.audit);
const record = (what: string, is: (one: AlertRecord) => boolean) =>
  waitFor(what, async () => (await facts('alert')).map(({ alert }) => alert).find(is));

test('A7: an acknowledgement from the bus shows on the record with its actor, once however often it comes', async () => {
  await bench.send({ id: 'down' });
  const open = await record('the open record', (one) => one.state === 'open');
  const command: AlertCommand = { do: 'ack', ...head(), alertId: open.id, note: 'on my way' };
  await ask(command);
  expect(await audited(command.id)).toMatchObject({ do: 'ack', actor: 'operator', done: true, reason: 'acked' });
  expect(await record('the acknowledged record', (one) => one.state === 'acked')).toMatchObject({
    ackedBy: 'operator',
  });
  const queue = await bench.producer.queue('alertCommand');
  await queue.add('alert-command', command, { jobId: 'another-job' });
  await waitFor('the repeat', () => bench.lines.filter((line) => line.event === 'command.decided').length === 2);
  expect((await facts('alert-audit')).length).toBe(1);
});

test('A7: a silence from the bus is a fact with its state, holds raises back, and tells them when it is taken back', async () => {
  const silence = {
    id: 's1',
    matchers: [{ name: 'service', value: 'ailife', isRegex: false, isEqual: true }],
    startsAt: isoTime(Date.now()),
    endsAt: isoTime(Date.now() + 10 * MINUTE),
    createdBy: 'operator',
    comment: 'a new disk',
  };
  await ask({ do: 'silence', ...head(), silence });
  await waitFor('the silence', async () => (await facts('silence')).some((one) => one.state === 'active'));
  await bench.send({ id: 'down' });
  await record('the silenced record', (one) => one.silencedBy === 's1');
  expect(bench.slackTexts()).toEqual([]);
  await ask({ do: 'unsilence', ...head(), silenceId: 's1' });
  await waitFor('both channels', () => bench.slackTexts().length === 1 && bench.mailSubjects().length === 1);
  expect(bench.slackTexts()[0]).toContain('The silence is over');
  expect((await facts('silence')).map((one) => one.state).sort((a, b) => a.localeCompare(b))).toEqual([
    'active',
    'expired',
  ]);
});

test('A8: a test-send reaches each channel marked TEST, says how it ended, and touches no alert', async () => {
  bench.smtp.script([{ do: 'reply', status: 550 }]);
  const command: AlertCommand = { do: 'test', ...head(), channel: null };
  await ask(command);
  const audit = await audited(command.id);
  expect(audit).toMatchObject({ done: true, reason: 'sent_in_part' });
  const tests = (await facts('alert-test')).map(({ test: one }) => `${one.channel} ${one.outcome} ${one.detail}`);
  expect(tests.sort((a, b) => a.localeCompare(b))).toEqual(['mail failed smtp_550', 'slack sent null']);
  expect(bench.slackTexts()[0]).toMatch(/^:white_check_mark: \[TEST\] yoban\n.*asked for by operator/);
  expect(await facts('alert')).toEqual([]);
});

test('A8: a test of a channel that is not there has failed', async () => {
  const command: AlertCommand = { do: 'test', ...head(), channel: 'pager' };
  await ask(command);
  expect(await audited(command.id)).toMatchObject({ done: false, reason: 'failed', target: 'pager' });
  expect((await facts('alert-test'))[0]?.test).toMatchObject({ outcome: 'failed', detail: 'no_such_channel' });
});

test('A5: a dead letter is sent again when somebody asks, and no notice that is not dead', async () => {
  bench.slack.script([{ do: 'reply', status: 400, body: 'invalid_payload' }]);
  await bench.send({ id: 'down' });
  const isDead = (one: AlertRecord) =>
    one.notices.some((notice) => notice.channel === 'slack' && notice.state === 'dead');
  const dead = await record('the dead letter', isDead);
  const noticeId = dead.notices.find((notice) => notice.channel === 'slack')?.id ?? '';
  const command: AlertCommand = { do: 'resend', ...head(), noticeId };
  await ask(command);
  expect(await audited(command.id)).toMatchObject({ done: true, reason: 'resent', target: noticeId });
  await waitFor('the message', () => bench.slackTexts().length === 1);
  const again: AlertCommand = { do: 'resend', ...head(), noticeId };
  await waitFor('it was noted', () =>
    bench.lines.some((line) => line.event === 'notice.sent' && line.channel === 'slack'),
  );
  await ask(again);
  expect(await audited(again.id)).toMatchObject({ done: false, reason: 'not_dead' });
  const unknown: AlertCommand = { do: 'resend', ...head(), noticeId: 'nothing' };
  await ask(unknown);
  expect(await audited(unknown.id)).toMatchObject({ done: false, reason: 'no_such_notice' });
});
