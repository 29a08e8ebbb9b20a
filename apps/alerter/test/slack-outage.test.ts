import { once } from 'node:events';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { Redis } from 'ioredis';
import { describe, type TestContext, test } from 'vitest';
import { type AlerterBench, startBench } from './support/alerter-bench.ts';

async function benchOf({ onTestFinished }: TestContext): Promise<AlerterBench> {
  const bench = await startBench();
  onTestFinished(() => bench.stop());
  await bench.startAlerter();
  return bench;
}
const heads = (bench: AlerterBench) => bench.slackTexts().map((text) => /\[(\w+)\]/.exec(text)?.[1]);
const logged = (bench: AlerterBench, event: string, count = 1) =>
  waitFor(`${count} ${event}`, () => bench.lines.filter((line) => line.event === event).length >= count);

describe.concurrent('receivers in trouble', () => {
  test('A5: an outage that the whole incident fits inside loses nothing and keeps the order', async (context) => {
    const bench = await benchOf(context);
    bench.slack.script([{ do: 'outage' }]);
    await bench.send({ id: 'down' });
    await logged(bench, 'notice.deferred');
    await bench.send({ id: 'up', kind: 'clear' });
    await waitFor('both mails', () => bench.mailSubjects().length === 2);
    await logged(bench, 'notice.deferred', 2);
    context.expect(bench.slackTexts()).toEqual([]);
    bench.slack.script([]);
    await waitFor('the recovery', () => heads(bench).length >= 2, 40_000);
    context.expect(heads(bench)).toEqual(['CRITICAL', 'RECOVERED']);
  });

  test('A5: one 429, and the alert clears before the next try: both still come, after the time Slack asked for', async (context) => {
    const bench = await benchOf(context);
    bench.slack.script([{ do: 'reply', status: 429, headers: { 'retry-after': '2' }, body: '{"ok":false}' }]);
    await bench.send({ id: 'down' });
    await logged(bench, 'notice.deferred');
    await bench.send({ id: 'up', kind: 'clear' });
    await waitFor('both', () => heads(bench).length === 2);
    const [limited, raise] = bench.slack.requests();
    context.expect((raise?.at ?? 0) - (limited?.at ?? 0)).toBeGreaterThanOrEqual(1_900);
    context.expect(heads(bench)).toEqual(['CRITICAL', 'RECOVERED']);
    context.expect(bench.slackTexts()[0]).not.toContain('may be a repeat');
  });

  test('A5: a storm of 429s is never answered by hammering, and costs no attempt', async (context) => {
    const bench = await benchOf(context);
    bench.slack.script([{ do: 'reply', status: 429, headers: { 'retry-after': '1' }, times: 3 }]);
    for (const n of [1, 2, 3]) await bench.send({ id: `down-${n}`, alertType: `type-${n}` });
    await waitFor('all three', () => heads(bench).length === 3, 30_000);
    const onSlack = () => bench.lines.filter((line) => line.event === 'notice.sent' && line.channel === 'slack');
    await waitFor('their commits', () => onSlack().length === 3);
    const refused = bench.slack.requests().filter((request) => request.status === 429);
    context.expect(refused).toHaveLength(3);
    context.expect(onSlack().map((line) => line.attempts)).toEqual([1, 1, 1]);
  });

  test('A5: mail down does not hold Slack up, and is delivered when it is back', async (context) => {
    const bench = await benchOf(context);
    bench.smtp.script([{ do: 'reply', status: 421 }]);
    await bench.send({ id: 'down' });
    await waitFor('Slack', () => heads(bench).length === 1, 30_000);
    await waitFor('the mail', () => bench.mailSubjects().length === 1);
    context.expect(bench.smtp.requests().map((mail) => mail.status)).toEqual([421, 250]);
  });

  test('a refused message is given up, said with its answer and shown as dead; the mail still goes', async (context) => {
    const bench = await benchOf(context);
    bench.slack.script([{ do: 'reply', status: 400, body: 'invalid_payload' }]);
    await bench.send({ id: 'down' });
    await logged(bench, 'notice.dead');
    await waitFor('the mail', () => bench.mailSubjects().length === 1);
    const dead = bench.lines.find((line) => line.event === 'notice.dead');
    context.expect(dead).toMatchObject({ reason: 'http_400_invalid_payload', channel: 'slack' });
  });

  test('A5: a webhook that refuses us is an error, and the CRITICAL arrives once it takes us again; an INFO is given up', async (context) => {
    const bench = await benchOf(context);
    bench.slack.script([{ do: 'reply', status: 404, body: 'no_service', times: 2 }]);
    await bench.send({ id: 'info', kind: 'info', level: 'info', alertType: 'backup_ok' });
    await logged(bench, 'notice.dead');
    await bench.send({ id: 'down' });
    await logged(bench, 'notice.deferred');
    const known = { reason: 'http_404_no_service', code: 'CHANNEL_REJECTED', channel: 'slack' };
    context.expect(bench.lines.find((line) => line.event === 'notice.dead')).toMatchObject({ ...known, kind: 'info' });
    context.expect(bench.lines.find((line) => line.event === 'notice.deferred')).toMatchObject(known);
    await waitFor('the CRITICAL', () => heads(bench).length === 1);
    context.expect(heads(bench)).toEqual(['CRITICAL']);
  });

  test('A1: a CRITICAL overtakes INFOs that wait', async (context) => {
    const bench = await benchOf(context);
    const info = { kind: 'info' as const, level: 'info' as const, alertType: 'backup_ok' };
    // Just as many as are told singly.
    for (let n = 0; n < 20; n++) await bench.send({ id: `info-${n}`, ...info });
    await waitFor('some INFOs', () => heads(bench).length >= 3);
    const ownTime = startOwnTime();
    await bench.send({ id: 'down' });
    await waitFor('the CRITICAL', () => heads(bench).includes('CRITICAL'));
    context.expect(ownTime()).toBeLessThan(2_000);
    // The INFOs before it are those that had left; well before the last of them is a promise a busy machine keeps too.
    context.expect(heads(bench).indexOf('CRITICAL')).toBeLessThan(15);
  });

  test('A5: Redis dies and comes back: the alerter lives, and goes on', async (context) => {
    const bench = await benchOf(context);
    await bench.send({ id: 'down' });
    await waitFor('the raise', () => heads(bench).length === 1 && bench.mailSubjects().length === 1);
    await bench.redis.kill('SIGKILL');
    await logged(bench, 'redis.away');
    await bench.redis.start();
    await waitFor('the bus', () =>
      bench.send({ id: 'up', kind: 'clear' }).then(
        () => true,
        () => false,
      ),
    );
    await waitFor('the recovery', () => heads(bench).length >= 2 && bench.mailSubjects().length >= 2, 30_000);
    context.expect(heads(bench)).toEqual(['CRITICAL', 'RECOVERED']);
  });

  test('no secret and no address of a receiver is ever logged', async (context) => {
    const bench = await benchOf(context);
    bench.slack.script([
      { do: 'reply', status: 500, body: 'secret-of-the-webhook' },
      { do: 'reset-after-accept' },
      { do: 'reply', status: 403, body: 'bad secret-of-the-webhook' },
    ]);
    await bench.send({ id: 'down' });
    await logged(bench, 'notice.deferred', 3);
    const text = JSON.stringify(bench.lines);
    context.expect(text).toContain('http_403');
    context.expect(text).not.toContain('secret-of-the-webhook');
    context.expect(text).not.toContain(new URL(bench.slack.url).host);
  });

  test('the read model is told each change of a record, deliveries included', async (context) => {
    const bench = await benchOf(context);
    await bench.send({ id: 'down', lastError: 'boom' });
    await waitFor('both sent', () => heads(bench).length === 1 && bench.mailSubjects().length === 1);
    await bench.send({ id: 'again' });
    await bench.send({ id: 'up', kind: 'clear' });
    const newest = async () => {
      const jobs = await (await bench.producer.queue('fact')).getJobs(['prioritized', 'waiting']);
      const facts = jobs.map((job) => job.data).sort((a, b) => revOf(a.id) - revOf(b.id));
      const last = facts.at(-1);
      return last?.alert.notices.length === 4 && last.alert.notices.every(isSent) && { facts, last };
    };
    const { facts, last } = await waitFor('the last fact', newest);
    context.expect(last.alert).toMatchObject({
      id: context.expect.stringMatching(/^ailife\/process_down#\d{13}$/),
      state: 'resolved',
      level: 'critical',
      suppressed: 1,
      lastError: null,
    });
    context.expect(facts[0].alert).toMatchObject({ state: 'open', lastError: 'boom' });
    context.expect(last.id).toBe(`${last.alert.id}-v${revOf(last.id)}`);
  });

  test('an event that comes twice, by whatever way, is decided once (T0)', async (context) => {
    const bench = await benchOf(context);
    await bench.startAlerter();
    await bench.send({ id: 'down' });
    const queue = await bench.producer.queue('alertEvent');
    const known = (await queue.getJobs()).find((job) => job.data.id === 'down');
    await queue.add('alert-event', known?.data, { jobId: 'another-job', priority: 1 });
    await logged(bench, 'alert.decided', 2);
    const reasons = bench.lines.filter((line) => line.event === 'alert.decided').map((line) => line.reason);
    context.expect(reasons.toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual(['raised', 'seen']);
  });

  test('what is written survives the connection that wrote it', async (context) => {
    const bench = await benchOf(context);
    const redis = new Redis(bench.config.redis);
    await once(redis, 'ready');
    await bench.send({ id: 'down' });
    await waitFor('the raise', () => heads(bench).length === 1);
    context.expect(await redis.hget('{a}:doc:alert/ailife/process_down', 'v')).toBe('1');
    context.expect(await redis.pttl('{a}:seen:down')).toBeGreaterThan(80_000_000);
    redis.disconnect();
  });
});

const revOf = (id: string) => Number(id.slice(id.lastIndexOf('-v') + 2));
const isSent = (notice: { state: string }) => notice.state === 'sent';
