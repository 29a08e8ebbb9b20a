import { createAlerterIntake } from '@yoban/shared/bus/alerter-intake';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { describe, type TestContext, test } from 'vitest';
import { readSpool } from '../src/spool/read-spool.ts';
import { type AlerterBench, fullEvent, startBench } from './support/alerter-bench.ts';
import { spawnAlerter } from './support/alerter-process.ts';

async function benchOf({ onTestFinished }: TestContext): Promise<AlerterBench> {
  const bench = await startBench();
  onTestFinished(() => bench.stop());
  return bench;
}
const post = (bench: AlerterBench, ...events: (Partial<AlertEvent> & { id: string })[]) =>
  createAlerterIntake({ socket: bench.config.intake.socket }).post(events.map(fullEvent));
const heads = (bench: AlerterBench) => bench.slackTexts().map((text) => /\[(\w+)\]/.exec(text)?.[1]);
const subjects = (bench: AlerterBench) => bench.mailSubjects().map((subject) => /\[(\w+)\]/.exec(subject)?.[1]);
const logged = (bench: AlerterBench, event: string) =>
  waitFor(event, () => bench.lines.some((line) => line.event === event));
const waiting = (bench: AlerterBench) => [...readSpool(bench.config.intake.spoolDir).entries.keys()];
const emptied = (bench: AlerterBench) => waitFor('an empty spool', () => waiting(bench).length === 0, 30_000);
const both = ['CRITICAL', 'RECOVERED'];

/** What the read model was told last of the one alert of the test. */
async function record(bench: AlerterBench) {
  const jobs = await (await bench.producer.queue('fact')).getJobs(['prioritized', 'waiting']);
  const revOf = (id: string) => Number(id.slice(id.lastIndexOf('-v') + 2));
  const facts = jobs.map((job) => job.data).filter((fact) => fact.type === 'alert');
  return facts.sort((a, b) => revOf(a.id) - revOf(b.id)).at(-1)?.alert;
}

describe.concurrent('without Redis', () => {
  test('A5: a CRITICAL and its recovery go to people at once, say that nobody looked up repeats, and are told once', async (context) => {
    const bench = await benchOf(context);
    await bench.startAlerter();
    await logged(bench, 'intake.open');
    await bench.redis.kill();
    await logged(bench, 'redis.away');
    await post(bench, { id: 'down' }, { id: 'again' });
    await waitFor('the raise', () => heads(bench).length === 1 && subjects(bench).length === 1);
    context.expect(bench.slackTexts()[0]).toContain('dedup unavailable: Redis is away');
    await post(bench, { id: 'up', kind: 'clear' });
    await waitFor('the recovery', () => heads(bench).length === 2 && subjects(bench).length === 2);
    context.expect(waiting(bench)).toEqual(['down', 'again', 'up']);

    await bench.redis.start();
    await emptied(bench);
    const told = await waitFor('the record', async () => {
      const known = await record(bench);
      return known?.state === 'resolved' && known;
    });
    context.expect(told).toMatchObject({ suppressed: 1, level: 'critical' });
    context
      .expect(told.notices.map((one: { kind: string; state: string }) => `${one.kind} ${one.state}`).toSorted())
      .toEqual(['raise sent', 'raise sent', 'recovery sent', 'recovery sent']);
    // One more of another alert goes the usual way: what came before it would have come by now.
    await bench.send({ id: 'later', alertType: 'database_corrupt' });
    await waitFor('the later one', () => heads(bench).length >= 3 && subjects(bench).length >= 3);
    context.expect([heads(bench), subjects(bench)]).toEqual([
      [...both, 'CRITICAL'],
      [...both, 'CRITICAL'],
    ]);
    context.expect(bench.slackTexts()[2]).not.toContain('Redis is away');
  });

  test('A5: told of the raise past Redis, the recovery comes by the bus to the same channels', async (context) => {
    const bench = await benchOf(context);
    await bench.startAlerter();
    await logged(bench, 'intake.open');
    await bench.redis.kill();
    await logged(bench, 'redis.away');
    await post(bench, { id: 'down' });
    await waitFor('the raise', () => heads(bench).length === 1 && subjects(bench).length === 1);
    await bench.redis.start();
    await emptied(bench);
    await bench.send({ id: 'up', kind: 'clear' });
    await waitFor('the recovery', () => heads(bench).length >= 2 && subjects(bench).length >= 2);
    context.expect([heads(bench), subjects(bench)]).toEqual([both, both]);
    context.expect(bench.slackTexts()[1]).not.toContain('Redis is away');
  });

  test('A5: Redis stopped for 20 s with a CRITICAL inside, by the bus and by the door: each channel hears it once', async (context) => {
    const bench = await benchOf(context);
    await bench.startAlerter();
    await logged(bench, 'intake.open');
    await bench.send({ id: 'before', alertType: 'database_corrupt' });
    await waitFor('one before', () => heads(bench).length === 1 && subjects(bench).length === 1);
    process.kill(bench.redis.pid, 'SIGSTOP');
    const stoppedAt = performance.now();
    // Its producer waits for an answer that does not come, and hands it over.
    const byBus = bench.send({ id: 'down' });
    await waitFor('the end of its patience', () => performance.now() - stoppedAt > 2_000);
    await post(bench, { id: 'down' });
    await waitFor('the raise', () => heads(bench).length === 2 && subjects(bench).length === 2);
    await post(bench, { id: 'up', kind: 'clear' });
    await waitFor('the recovery', () => heads(bench).length === 3 && subjects(bench).length === 3);
    await waitFor('20 s', () => performance.now() - stoppedAt > 20_000, 30_000);
    process.kill(bench.redis.pid, 'SIGCONT');
    await byBus;
    await emptied(bench);
    await bench.send({ id: 'later', alertType: 'backup_failed' });
    await waitFor('the later one', () => heads(bench).length >= 4 && subjects(bench).length >= 4);
    context.expect([heads(bench), subjects(bench)]).toEqual([
      ['CRITICAL', ...both, 'CRITICAL'],
      ['CRITICAL', ...both, 'CRITICAL'],
    ]);
  });

  test('T0: one event by bus and by door is decided once', async (context) => {
    const bench = await benchOf(context);
    await bench.startAlerter();
    await logged(bench, 'intake.open');
    await Promise.all([bench.send({ id: 'down' }), post(bench, { id: 'down' })]);
    await emptied(bench);
    await waitFor('both ways', () => bench.lines.filter((line) => line.event === 'alert.decided').length === 2);
    const reasons = bench.lines.filter((line) => line.event === 'alert.decided').map((line) => String(line.reason));
    context.expect(new Set(reasons)).toEqual(new Set(['raised', 'seen']));
    await waitFor('the raise', () => heads(bench).length === 1 && subjects(bench).length === 1);
    context.expect([heads(bench), subjects(bench)]).toEqual([['CRITICAL'], ['CRITICAL']]);
  });

  test('A5: WARNING and INFO wait for Redis, and are decided in the order they came', async (context) => {
    const bench = await benchOf(context);
    await bench.startAlerter();
    await logged(bench, 'intake.open');
    await bench.redis.kill();
    await logged(bench, 'redis.away');
    await post(
      bench,
      { id: 'warn', level: 'warning', alertType: 'cpu_high' },
      { id: 'i1', kind: 'info', level: 'info', alertType: 'backup_ok' },
      { id: 'i2', kind: 'info', level: 'info', alertType: 'backup_ok' },
      { id: 'down' },
    );
    await waitFor('the CRITICAL', () => heads(bench).length === 1);
    context.expect(heads(bench)).toEqual(['CRITICAL']);
    await bench.redis.start();
    await emptied(bench);
    await waitFor('the INFOs', () => heads(bench).length === 3);
    const decided = bench.lines.filter((line) => line.event === 'alert.decided').map((line) => line.eventId);
    context.expect(decided).toEqual(['warn', 'i1', 'i2', 'down']);
  });

  test('A5: an alerter killed while Redis is away: what was told is not told again, what was not is told', async (context) => {
    const bench = await benchOf(context);
    const first = await spawnAlerter(bench.config);
    await waitFor('the door', () => first.lines.some((line) => line.event === 'intake.open'));
    await bench.redis.kill();
    await waitFor('the loss', () => first.lines.some((line) => line.event === 'redis.away'));
    bench.smtp.script([{ do: 'reply', status: 421, times: 1_000 }]);
    await post(bench, { id: 'down' });
    await waitFor('Slack', () => first.lines.some((line) => line.event === 'direct.sent' && line.channel === 'slack'));
    await waitFor('mail', () => first.lines.some((line) => line.event === 'direct.failed' && line.channel === 'mail'));
    await first.kill('SIGKILL');
    bench.smtp.script([]);
    const second = await spawnAlerter(bench.config);
    await waitFor('the mail', () => subjects(bench).length === 1);
    await post(bench, { id: 'up', kind: 'clear' });
    await waitFor('the recovery', () => heads(bench).length === 2 && subjects(bench).length === 2);
    await bench.redis.start();
    await emptied(bench);
    context.expect([heads(bench), subjects(bench)]).toEqual([both, both]);
    await second.kill('SIGTERM');
  });

  test('A5: of two alerters one has the door; when it is killed the other takes door and spool over', async (context) => {
    const bench = await benchOf(context);
    const alerters = [await spawnAlerter(bench.config), await spawnAlerter(bench.config)];
    const isOpen = (one: (typeof alerters)[number]) => one.lines.some((line) => line.event === 'intake.open');
    const holder = await waitFor('the door', () => alerters.find(isOpen));
    const other = alerters.find((one) => one !== holder);
    context.expect(other && isOpen(other)).toBe(false);
    await bench.redis.kill();
    await waitFor('the loss', () => holder.lines.some((line) => line.event === 'redis.away'));
    bench.slack.script([{ do: 'outage' }]);
    await post(bench, { id: 'down' });
    await waitFor('the mail', () =>
      holder.lines.some((line) => line.event === 'direct.sent' && line.channel === 'mail'),
    );
    await waitFor('a try of Slack', () => holder.lines.some((line) => line.event === 'direct.failed'));
    await holder.kill('SIGKILL');
    bench.slack.script([]);
    await waitFor('Slack, told by the other', () => heads(bench).length === 1);
    context.expect(other && isOpen(other)).toBe(true);
    await bench.redis.start();
    await emptied(bench);
    context.expect([heads(bench), subjects(bench)]).toEqual([['CRITICAL'], ['CRITICAL']]);
    await other?.kill('SIGTERM');
  });
});
