import { untilBusAnswers } from '@yoban/shared/testing/ready-producer';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AlerterBench, startBench } from './support/alerter-bench.ts';
import { spawnAlerter } from './support/alerter-process.ts';

let bench: AlerterBench;
beforeEach(async () => {
  bench = await startBench(3_000);
  const slack = bench.config.channels[0];
  if (slack) bench.slack.script([{ do: 'ok', delayMs: 300, times: 1_000 }]);
});
afterEach(() => bench.stop());

test('A5: two alerters and a slow receiver: every notice once, in order, one summary per bucket', async ({
  onTestFinished,
}) => {
  const alerters = await Promise.all([spawnAlerter(bench.config), spawnAlerter(bench.config)]);
  onTestFinished(() => Promise.all(alerters.map((one) => one.kill('SIGKILL'))).then(() => undefined));
  await untilBusAnswers(bench.producer);
  await waitFor('a new bucket', () => Date.now() % 3_000 < 200);
  for (const service of ['a', 'b', 'c']) {
    await bench.send({ id: `${service}-1`, service });
    await bench.send({ id: `${service}-2`, service });
  }
  for (const service of ['a', 'b', 'c']) await bench.send({ id: `${service}-3`, service, kind: 'clear' });
  await waitFor(
    'three summaries',
    () => bench.slackTexts().filter((text) => text.includes('suppressed\n')).length >= 3,
    30_000,
  );
  await waitFor('six mails', () => bench.mailSubjects().length >= 6);
  for (const service of ['a', 'b', 'c']) {
    const own = bench.slackTexts().filter((text) => text.includes(`] ${service}\n`));
    const [summary, ...more] = own.filter((text) => text.includes('1 alerts suppressed\n•'));
    expect([summary !== undefined, more]).toEqual([true, []]);
    // The summary is no notice of the alert: a bucket may end while the paced channel still has the recovery before it.
    const notices = own.filter((text) => text !== summary);
    expect(notices.map((text) => /\[(\w+)\]/.exec(text)?.[1])).toEqual(['CRITICAL', 'RECOVERED']);
    expect(bench.mailSubjects().filter((subject) => subject.includes(` ${service} `))).toEqual([
      `[CRITICAL] ${service} Process down`,
      `[RECOVERED] ${service} Process down`,
    ]);
  }
  // Whoever was quicker: each message left one of them, once. The last line may be on its way.
  const taken = bench.slackTexts().length + bench.mailSubjects().length;
  const sent = () => alerters.flatMap((one) => one.lines.filter((line) => line.event === 'notice.sent')).length;
  await waitFor('a line for each message', () => sent() >= taken, 30_000);
  expect(sent()).toBe(taken);
});
