import { startOwnTime } from '@yoban/shared/testing/own-time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { describe, type TestContext, test } from 'vitest';
import type { Step } from '../src/on-step.ts';
import { type AlerterBench, startBench } from './support/alerter-bench.ts';
import { spawnAlerter } from './support/alerter-process.ts';

const heads = (bench: AlerterBench) => bench.slackTexts().map((text) => /\[(\w+)\]/.exec(text)?.[1]);
const allIn = (bench: AlerterBench) =>
  waitFor(
    'raise and recovery at both receivers',
    () => heads(bench).includes('RECOVERED') && bench.mailSubjects().some((subject) => subject.includes('RECOVERED')),
    40_000,
  );

/** A bench per test: they wait out leases of 15 s, so they run side by side. */
async function benchOf({ onTestFinished }: TestContext): Promise<AlerterBench> {
  const bench = await startBench();
  onTestFinished(() => bench.stop());
  return bench;
}

/** Kills the first alerter at a step, lets a second one go on, and sends the recovery only then. */
async function killedAt(bench: AlerterBench, step: Step): Promise<void> {
  const first = await spawnAlerter(bench.config, { step });
  await bench.send({ id: 'down' });
  await first.exited;
  const second = await spawnAlerter(bench.config);
  await bench.send({ id: 'up', kind: 'clear' });
  await allIn(bench);
  await second.kill('SIGTERM');
}

describe.concurrent('kill -9', () => {
  for (const step of ['decided', 'written', 'claimed'] as const) {
    test(`A5: killed after it has ${step}: nothing lost, nothing twice, recovery after the raise`, async (context) => {
      const bench = await benchOf(context);
      await killedAt(bench, step);
      context.expect(heads(bench)).toEqual(['CRITICAL', 'RECOVERED']);
      context
        .expect(bench.mailSubjects().map((subject) => subject.slice(0, 11)))
        .toEqual(['[CRITICAL] ', '[RECOVERED]']);
    });
  }

  test('A5: killed between the send and its commit: at most the sends in flight come twice, and say so', async (context) => {
    const bench = await benchOf(context);
    await killedAt(bench, 'sent');
    const critical = bench.slackTexts().filter((text) => text.includes('[CRITICAL]'));
    const mails = bench.smtp.mails().filter((mail) => mail.subject.includes('[CRITICAL]'));
    context.expect(critical.length + mails.length).toBeGreaterThanOrEqual(3);
    context.expect(critical.length + mails.length).toBeLessThanOrEqual(4);
    for (const repeat of critical.slice(1)) context.expect(repeat).toContain('may be a repeat');
    context.expect(new Set(mails.map((mail) => mail.headers['message-id'])).size).toBe(1);
    context.expect(heads(bench).at(-1)).toBe('RECOVERED');
  });

  test('A5: SIGTERM while the fault clears silently: the recovery comes after the restart', async (context) => {
    const bench = await benchOf(context);
    const first = await spawnAlerter(bench.config);
    await bench.send({ id: 'down' });
    await waitFor('the raise', () => heads(bench).length === 1 && bench.mailSubjects().length === 1);
    await first.kill('SIGTERM');
    await bench.send({ id: 'up', kind: 'clear' });
    const second = await spawnAlerter(bench.config);
    await allIn(bench);
    context.expect(heads(bench)).toEqual(['CRITICAL', 'RECOVERED']);
    await second.kill('SIGTERM');
  });

  test('C5: it stops within 4 s of SIGTERM while Redis is away', async (context) => {
    const bench = await benchOf(context);
    const alerter = await spawnAlerter(bench.config);
    await bench.redis.kill('SIGKILL');
    await waitFor('the loss noticed', () => alerter.lines.some((line) => line.event === 'redis.away'));
    const ownTime = startOwnTime();
    await alerter.kill('SIGTERM');
    context.expect(ownTime()).toBeLessThan(4_000);
    // A client may still say that Redis is away while the last lines are written.
    const said = alerter.lines.filter((line) => String(line.event).startsWith('service.'));
    context.expect(said.at(-1)).toMatchObject({ event: 'service.stopped', why: 'SIGTERM' });
  });
});
