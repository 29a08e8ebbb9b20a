import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AlerterBench, startBench } from './support/alerter-bench.ts';

let bench: AlerterBench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

const newest = async () => {
  const jobs = await (await bench.producer.queue('fact')).getJobs(['prioritized', 'waiting']);
  const revOf = (id: string) => Number(id.slice(id.lastIndexOf('-v') + 2));
  return jobs
    .map((job) => job.data)
    .sort((a, b) => revOf(a.id) - revOf(b.id))
    .at(-1)?.alert;
};
const statesOf = (alert: Awaited<ReturnType<typeof newest>>, channel: string) =>
  alert?.notices
    .filter((one: { channel: string }) => one.channel === channel)
    .map((one: { kind: string; state: string }) => `${one.kind} ${one.state}`);

test('A5: what waits for a channel that was renamed is shown as dead, the recovery behind it too; one left out keeps its rows', async () => {
  bench.slack.script([{ do: 'outage' }]);
  bench.smtp.script([{ do: 'reply', status: 421, times: 100 }]);
  const first = await bench.startAlerter();
  await bench.send({ id: 'down' });
  await bench.send({ id: 'up', kind: 'clear' });
  await waitFor('both tried', () => {
    const deferred = bench.lines.filter((line) => line.event === 'notice.deferred').map((line) => line.channel);
    const decided = bench.lines.filter((line) => line.event === 'alert.decided').length === 2;
    return decided && deferred.includes('slack') && deferred.includes('mail');
  });
  await first.run();

  const channels = bench.config.channels
    .filter((one) => one.kind === 'slack')
    .map((one) => ({ ...one, name: 'other' }));
  await bench.startAlerter({ channels, skipped: [{ channel: 'mail', missing: ['SMTP_URL'] }] });
  const ended = () => bench.lines.find((line) => line.reason === 'channel_removed');
  await waitFor('the end', ended);
  expect(ended()).toMatchObject({ event: 'notice.dead', channel: 'slack', count: 2 });
  const told = await waitFor('the record', async () => {
    const alert = await newest();
    return statesOf(alert, 'slack')?.join() === 'raise dead,recovery dead' && alert;
  });
  expect(statesOf(told, 'mail')).toEqual(['raise pending', 'recovery pending']);
});
