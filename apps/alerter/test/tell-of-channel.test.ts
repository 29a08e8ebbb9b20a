import type { Producer } from '@yoban/shared/bus/producer';
import { type AlertEvent, eventsOf } from '@yoban/shared/contracts/alert';
import { createStopStack } from '@yoban/shared/lifecycle';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { readyProducer } from '@yoban/shared/testing/ready-producer';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelNote } from '../src/channels/channel.ts';
import { startTellingOfChannels, type TellOfChannel } from '../src/tell-of-channel.ts';

let redis: PrivateRedis;
let producer: Producer;
let tell: TellOfChannel;
let lines: Record<string, unknown>[];
let end: () => Promise<void>;
beforeEach(async () => {
  redis = await startPrivateRedis();
  producer = await readyProducer(redis.url);
  const { log, lines: logged } = createTestLog();
  const stop = createStopStack(log);
  lines = logged;
  end = () => stop.run();
  tell = startTellingOfChannels({ producer, log, stop, service: 'ailife' });
});
afterEach(async () => {
  await end();
  await producer.close();
  await redis.stop();
});

const note = (state: ChannelNote['state']): ChannelNote => ({ kind: 'quota', state, used: 200, limit: 200, until: 0 });
/** In the order they will be taken. */
async function events(): Promise<AlertEvent[]> {
  const jobs = await (await producer.queue('alertEvent')).getJobs(['prioritized'], 0, -1, true);
  return jobs.flatMap((job) => eventsOf(job.data));
}
const none = (): AlertEvent[] => [];
/** The bus may still be away. */
const count = (jobs: number) => waitFor(`${jobs} on the bus`, async () => (await events().catch(none)).length === jobs);

test('A6: a used up month of which the bus did not hear at once is told when it is back, the newest word of each channel', async () => {
  await redis.kill();
  tell('line', note('near'));
  tell('line', note('exhausted'));
  tell('other', note('exhausted'));
  // All said before that: what is said later might find the bus back within its own second.
  await waitFor('the first try', () => lines.some((line) => line.event === 'channel.note_waits'));
  await redis.start();
  await count(2);
  expect((await events()).map(({ kind, params }) => [kind, params.channel, params.exhausted])).toEqual([
    ['raise', 'line', true],
    ['raise', 'other', true],
  ]);
});

test('A6: used up, well and used up again within a day are three events; a state that lasts is one', async () => {
  tell('line', note('exhausted'));
  await count(1);
  tell('line', note('exhausted'));
  tell('line', note('ok'));
  await count(2);
  tell('line', note('exhausted'));
  await count(3);
  expect((await events()).map(({ kind }) => kind)).toEqual(['raise', 'clear', 'raise']);
});
