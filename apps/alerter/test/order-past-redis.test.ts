import { connect } from 'node:net';
import { createAlerterIntake } from '@yoban/shared/bus/alerter-intake';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { describe, type TestContext, test } from 'vitest';
import { readSpool } from '../src/spool/read-spool.ts';
import { type AlerterBench, fullEvent, startBench } from './support/alerter-bench.ts';
import { type AlerterProcess, spawnAlerter } from './support/alerter-process.ts';

const limitMs = 60_000;
const heads = (texts: readonly string[]) => texts.map((text) => /\[(\w+)\]/.exec(text)?.[1]);
const told = (bench: AlerterBench) => ({ slack: heads(bench.slackTexts()), mail: heads(bench.mailSubjects()) });
const both = (...words: string[]) => ({ slack: words, mail: words });
const toldBoth = (bench: AlerterBench, count: number) =>
  waitFor(
    `${count} messages`,
    () => Object.values(told(bench)).every(({ length }) => length >= count) && told(bench),
    limitMs,
  );
const isDirect = (text: string) => text.includes('Redis is away');
const logged = (one: AlerterProcess, event: string) =>
  waitFor(event, () => one.lines.some((line) => line.event === event), limitMs);
const waiting = (bench: AlerterBench) => [...readSpool(bench.config.intake.spoolDir).entries.keys()];
const emptied = (bench: AlerterBench) => waitFor('an empty spool', () => waiting(bench).length === 0, limitMs);

/** Two alerters of one home: the one with the door, and the other. */
async function pairOf({ onTestFinished }: TestContext) {
  const bench = await startBench();
  onTestFinished(() => bench.stop());
  const alerters = [await spawnAlerter(bench.config), await spawnAlerter(bench.config)];
  onTestFinished(() => Promise.all(alerters.map((one) => one.kill('SIGKILL'))).then(() => undefined));
  const isOpen = (one: AlerterProcess) => one.lines.some((line) => line.event === 'intake.open');
  const holder = await waitFor('the door', () => alerters.find(isOpen), limitMs);
  const other = await waitFor('the other', () => alerters.find((one) => one !== holder));
  return { bench, holder, other };
}

const signal = ({ pid }: { pid: number }, name: NodeJS.Signals) => process.kill(pid, name);

/** Hands an event over and is gone before anybody has read it. */
function leaveAtDoor(socketPath: string, event: AlertEvent): Promise<void> {
  const body = JSON.stringify(event);
  const head = `POST /events HTTP/1.1\r\nhost: alerter\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(socketPath, () => socket.end(head + body, () => socket.destroy()));
  socket.on('error', reject).on('close', () => resolve());
  return promise;
}

describe.concurrent('order past Redis', () => {
  test('A5: a raise whose sender went another way while the door slept is not told behind its own recovery', async (context) => {
    const { bench, holder } = await pairOf(context);
    const down = fullEvent({ id: 'down' });
    signal(holder, 'SIGSTOP');
    await leaveAtDoor(bench.config.intake.socket, down);
    await bench.send(down);
    await toldBoth(bench, 1);
    await bench.send({ id: 'up', kind: 'clear' });
    await toldBoth(bench, 2);
    signal(bench.redis, 'SIGSTOP');
    signal(holder, 'SIGCONT');
    await logged(holder, 'intake.left');
    signal(bench.redis, 'SIGCONT');
    await bench.send({ id: 'later', alertType: 'database_corrupt' });
    context.expect(await toldBoth(bench, 3)).toEqual(both('CRITICAL', 'RECOVERED', 'CRITICAL'));
    context.expect(bench.slackTexts().filter(isDirect)).toEqual([]);
    context.expect(waiting(bench)).toEqual([]);
  }, 150_000);

  test('A5: a recovery by the bus waits for a raise that its alerter still tells past Redis, however fresh it is', async (context) => {
    const { bench, holder, other } = await pairOf(context);
    // Decided by the other one, so that the one at the door does not know that people have heard.
    signal(holder, 'SIGSTOP');
    await bench.send({ id: 'first' });
    await toldBoth(bench, 1);
    signal(holder, 'SIGCONT');
    signal(bench.redis, 'SIGSTOP');
    bench.slack.script([{ do: 'outage' }]);
    await createAlerterIntake({ socket: bench.config.intake.socket }).post([fullEvent({ id: 'second' })]);
    await waitFor('the second by mail', () => told(bench).mail.length === 2, limitMs);
    await logged(holder, 'direct.failed');
    signal(holder, 'SIGSTOP');
    bench.slack.script([]);
    signal(bench.redis, 'SIGCONT');
    await bench.send({ id: 'up', kind: 'clear' });
    await bench.send({ id: 'else', alertType: 'database_corrupt' });
    await waitFor('another alert', () => other.lines.some(({ eventId }) => eventId === 'else'), limitMs);
    context.expect(other.lines.some(({ eventId }) => eventId === 'up')).toBe(false);
    signal(bench.redis, 'SIGSTOP');
    signal(holder, 'SIGCONT');
    // Left to the outbox only where the other one has lost its patience meanwhile.
    const isGone = ({ event, channel }: Record<string, unknown>) =>
      channel === 'slack' && (event === 'direct.sent' || event === 'direct.left');
    await waitFor('the end of the second in Slack', () => holder.lines.some(isGone), limitMs);
    signal(bench.redis, 'SIGCONT');
    await emptied(bench);
    const isOver = (list: readonly unknown[]) => list.includes('RECOVERED');
    await waitFor('the recovery', () => Object.values(told(bench)).every(isOver), limitMs);
    for (const list of Object.values(told(bench))) context.expect(list.at(-1)).toBe('RECOVERED');
  }, 150_000);

  test('A5: a raise that waits in the outbox is not sent behind its own recovery, where both were told past Redis', async (context) => {
    const { bench, holder, other } = await pairOf(context);
    bench.slack.script([{ do: 'outage' }]);
    signal(holder, 'SIGSTOP');
    await bench.send({ id: 'first' });
    await waitFor('the first by mail', () => told(bench).mail.length === 1, limitMs);
    await logged(other, 'notice.deferred');
    signal(bench.redis, 'SIGSTOP');
    bench.slack.script([]);
    signal(holder, 'SIGCONT');
    const door = createAlerterIntake({ socket: bench.config.intake.socket });
    await door.post([fullEvent({ id: 'second' }), fullEvent({ id: 'up', kind: 'clear' })]);
    await waitFor('the recovery', () => told(bench).slack.includes('RECOVERED'), limitMs);
    signal(bench.redis, 'SIGCONT');
    await emptied(bench);
    await bench.send({ id: 'later', alertType: 'database_corrupt' });
    const isLater = (text: string) => /database/i.test(text);
    await waitFor('a later one', () => bench.slackTexts().some(isLater), limitMs);
    context.expect(told(bench).slack).toEqual(['CRITICAL', 'RECOVERED', 'CRITICAL']);
  }, 150_000);
});
