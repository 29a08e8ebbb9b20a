import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AlerterBench, startBench } from './support/alerter-bench.ts';

let bench: AlerterBench;
beforeEach(async () => {
  bench = await startBench();
  await bench.startAlerter();
});
afterEach(() => bench.stop());

/** What the read model was told of the message to Slack, each change once. */
async function receipts(): Promise<string[]> {
  const jobs = await (await bench.producer.queue('fact')).getJobs(['prioritized', 'waiting']);
  const notices = jobs
    .flatMap(({ data }) => (data.type === 'alert' ? [data.alert] : []))
    .flatMap((alert: AlertRecord) => alert.notices.filter(({ channel }) => channel === 'slack'));
  const told = notices.map(({ state, attempts, lastError }) => `${state} ${attempts} ${lastError}`);
  return [...new Set(told)];
}
const toldOf = (receipt: string | RegExp) =>
  waitFor(String(receipt), async () =>
    (await receipts()).some((one) => (typeof receipt === 'string' ? one === receipt : receipt.test(one))),
  );

test('A5: a receipt says what went wrong while a message is tried again, and nothing once it is sent', async () => {
  // Until that is told: only the newest state is.
  bench.slack.script([{ do: 'reply', status: 503, times: 1_000 }]);
  await bench.send({ id: 'down' });
  await toldOf(/^pending [1-9]\d* http_503$/);
  bench.slack.script([]);
  await toldOf(/^sent ([2-9]|\d{2,}) null$/);
});

test('A5: a receiver that asks for patience burns no try and is on the receipt once', async () => {
  bench.slack.script([{ do: 'reply', status: 429, headers: { 'retry-after': '1' }, times: 1_000 }]);
  await bench.send({ id: 'down' });
  await toldOf('pending 0 http_429');
  await waitFor('a second refusal', () => bench.slack.requests().filter(({ status }) => status === 429).length >= 2);
  bench.slack.script([]);
  await toldOf('sent 1 null');
  expect((await receipts()).filter((one) => one.endsWith('http_429'))).toEqual(['pending 0 http_429']);
});

test('A5: a message that is given up says why', async () => {
  bench.slack.script([{ do: 'reply', status: 400, body: 'invalid_payload' }]);
  await bench.send({ id: 'down' });
  await waitFor('the end', async () => (await receipts()).find((one) => one.startsWith('dead 1 http_400')));
});
