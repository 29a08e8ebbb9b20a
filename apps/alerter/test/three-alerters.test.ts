import { createAlerterIntake } from '@yoban/shared/bus/alerter-intake';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AlerterBench, fullEvent, startBench } from './support/alerter-bench.ts';
import { type AlerterProcess, spawnAlerter } from './support/alerter-process.ts';

let bench: AlerterBench;
const alive = new Set<AlerterProcess>();
beforeEach(async () => {
  bench = await startBench();
  bench.slack.script([{ do: 'ok', delayMs: 400, times: 1_000 }]);
  bench.smtp.script([{ do: 'ok', delayMs: 400, times: 1_000 }]);
});
afterEach(async () => {
  await Promise.all([...alive].map((one) => one.kill('SIGKILL')));
  alive.clear();
  await bench.stop();
});

const spawned = async (): Promise<AlerterProcess> => {
  const one = await spawnAlerter(bench.config);
  alive.add(one);
  return one;
};
const kill = async (one: AlerterProcess | undefined): Promise<void> => {
  if (!one) return;
  alive.delete(one);
  await one.kill('SIGKILL');
};
const services = ['a', 'b', 'c', 'd'];
/** What a service's people saw, each message where it came first: one that was on its way at a kill may come again. */
const told = (service: string): string[] => [
  ...new Set(
    bench
      .slackTexts()
      .filter((text) => text.includes(`] ${service}\n`))
      .map((text) => /\[(\w+)\]/.exec(text)?.[1] ?? ''),
  ),
];

test('A5: three alerters without a leader, slow receivers, and kills: all of it arrives, in order, by whoever lives', async () => {
  const alerters = [await spawned(), await spawned(), await spawned()];
  for (const service of services) await bench.send({ id: `${service}-down`, service });
  await waitFor('a first message', () => bench.slackTexts().length > 0);
  await kill(alerters[0]);
  for (const service of services) await bench.send({ id: `${service}-up`, service, kind: 'clear' });
  // The one with the door dies too, while somebody stands at it.
  const holder = [alerters[1], alerters[2]].find((one) => one?.lines.some((line) => line.event === 'intake.open'));
  const post = () =>
    createAlerterIntake({ socket: bench.config.intake.socket }).post([fullEvent({ id: 'e-down', service: 'e' })]);
  const isTaken = () =>
    post().then(
      () => true,
      () => false,
    );
  await waitFor('the door', isTaken);
  await kill(holder ?? alerters[1]);
  await spawned();
  await waitFor('all of it on Slack', () => services.every((one) => told(one).length >= 2), 45_000);
  await waitFor('what came by the door', () => told('e').length >= 1, 45_000);
  for (const service of services) expect(told(service)).toEqual(['CRITICAL', 'RECOVERED']);
  expect(told('e')).toEqual(['CRITICAL']);
  // A mail keeps its id on every try, so that a mailbox can tell a repeat.
  const ids = () => new Set(bench.smtp.mails().map((mail) => mail.headers['message-id']));
  await waitFor('all of it by mail', () => ids().size >= 2 * services.length + 1, 45_000);
  expect(ids().size).toBe(2 * services.length + 1);
});
