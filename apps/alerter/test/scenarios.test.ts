import { isoTime } from '@yoban/shared/contracts/time';
import { untilBusAnswers } from '@yoban/shared/testing/ready-producer';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AlerterBench, fullEvent, startBench } from './support/alerter-bench.ts';

const windowMs = 4_000;
let bench: AlerterBench;
beforeEach(async () => {
  bench = await startBench(windowMs);
  await bench.startAlerter();
});
afterEach(() => bench.stop());

/** Just after the beginning of a window bucket, so that what follows lies inside one. */
const atBucketStart = () => waitFor('a new bucket', () => Date.now() % windowMs < 200);
const settled = (kind: string, count: number) =>
  waitFor(
    `${count} settled ${kind}`,
    () => bench.lines.filter((line) => line.event === 'notice.sent' && line.kind === kind).length >= count,
  );
const heads = () => bench.slackTexts().map((text) => text.split('\n')[0]?.replace(/^:\w+: /, ''));

test('A4: held down past the grace 3 times inside one bucket: Slack 1 + 3 + 1, mail 1 + 3', async () => {
  await untilBusAnswers(bench.producer);
  await atBucketStart();
  // As one job: added one by one on a busy machine, they would outlast the bucket.
  const began = Date.now() - 20;
  const events = [1, 2, 3].flatMap((turn) => [
    fullEvent({ id: `down-${turn}`, at: isoTime(began + 2 * turn) }),
    fullEvent({ id: `up-${turn}`, kind: 'clear', at: isoTime(began + 2 * turn + 1) }),
  ]);
  await bench.producer.addAll('alertEvent', [{ jobId: 'three-turns', payload: { events } }]);
  await settled('summary', 1);
  await settled('recovery', 6);

  const name = 'AIPrizeCohabitationLife';
  expect(heads()).toEqual([
    `[CRITICAL] ${name}`,
    `[RECOVERED] ${name}`,
    `[RECOVERED] ${name}`,
    `[RECOVERED] ${name}`,
    `[INFO] ${name}`,
  ]);
  expect(bench.slackTexts()[4]).toContain('2 alerts suppressed');
  expect(bench.mailSubjects()).toEqual([
    `[CRITICAL] ${name} Process down`,
    ...Array(3).fill(`[RECOVERED] ${name} Process down`),
  ]);
});

test('A4: three kills that the supervisor mends: 3 INFO on Slack, 0 mails', async () => {
  for (const restarts of [1, 2, 3]) {
    const params = { supervisor: 'pm2', restarts, restartLimit: 10, downMs: 900 };
    await bench.send({ id: `r-${restarts}`, kind: 'info', level: 'info', alertType: 'process_restarted', params });
  }
  await settled('info', 3);
  expect(bench.slackTexts().map((text) => text.split('\n')[1])).toEqual(
    [1, 2, 3].map((n) => `Process was restarted by pm2 (${n} of 10), down for 0.9 s.`),
  );
  expect(bench.mailSubjects()).toEqual([]);
});
