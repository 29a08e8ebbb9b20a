import { createStopStack } from '@yoban/shared/lifecycle';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { expect, type TestContext, test } from 'vitest';
import { fullEvent } from '../../test/support/alerter-bench.ts';
import { testRules } from '../../test/support/rules.ts';
import { createSimulatedChannels } from '../../test/support/simulated-channels.ts';
import type { Channel } from '../channels/channel.ts';
import type { SendResult } from '../core/retry.ts';
import { createShadow } from '../core/shadow.ts';
import { DirectSender } from '../delivery/direct-send.ts';
import { Spool } from '../spool/spool.ts';
import { type EmptyingDeps, startEmptying } from './empty-spool.ts';

/** A spool with what came at the door, and a direct sender with one channel. */
async function benchOf({ onTestFinished }: TestContext, services: readonly string[]) {
  const temp = makeTempDir();
  const { log, lines } = createTestLog();
  const stop = createStopStack(log);
  const spool = new Spool({ dir: temp.dir, log });
  onTestFinished(async () => {
    await stop.run();
    await spool.close();
    temp.remove();
  });
  await spool.append(
    services.map((service) => fullEvent({ id: service, service })),
    0,
  );
  const { channels, at } = createSimulatedChannels(['slack'], Date.now);
  const start = (own: Pick<EmptyingDeps, 'decider' | 'presence'>, through = channels) => {
    const direct = new DirectSender({
      ...{ channels: through, log, random: Math.random, shadow: createShadow(testRules({ routes: toSlack })) },
      note: (telling) => spool.note(telling),
      isOvertaken: () => false,
      onEnded: () => nudge(),
    });
    const nudge = startEmptying({ ...own, spool, direct, log, stop, onDecided: () => {} });
  };
  return { spool, lines, channels, at, start };
}

test('A5: an event that could not be decided is told past Redis and tried again, whatever was decided after it', async (context) => {
  const { spool, lines, at, start } = await benchOf(context, ['bad', 'good']);
  const tries: string[] = [];
  const event: EmptyingDeps['decider']['event'] = async ({ id }, { told = [] } = {}) => {
    tries.push(`${id}, told by ${told.length}`);
    if (id === 'bad' && tries.length <= 3) throw new Error('a document that cannot be read');
    return 'raised';
  };
  start({ decider: { event }, presence: { answers: async () => true } });
  await waitFor('an empty spool', () => spool.pending().length === 0);
  expect(tries).toEqual(['bad, told by 0', 'good, told by 0', 'bad, told by 1', 'bad, told by 1']);
  expect(lines.filter((line) => line.event === 'spool.undecided')).toHaveLength(1);
  expect(at('slack')).toHaveLength(1);
});

test('A5: a receiver that hangs while Redis comes and goes again does not keep other CRITICALs from people', async (context) => {
  const { spool, channels, at, start } = await benchOf(context, ['hangs']);
  const hang = Promise.withResolvers<SendResult>();
  context.onTestFinished(() => hang.resolve({ kind: 'sent' }));
  let isHanging = false;
  const through = channels.map(
    (channel): Channel => ({
      ...channel,
      concurrency: 2,
      send: (message, limit) => {
        if (message.nid.startsWith('other/')) return channel.send(message, limit);
        isHanging = true;
        return hang.promise;
      },
    }),
  );
  // Away until the receiver hangs, there when asked next, and away again.
  let isBack = false;
  const answers = async () => {
    if (!isHanging || isBack) return false;
    isBack = true;
    await spool.append([fullEvent({ id: 'other', service: 'other' })], 0);
    return true;
  };
  start({ decider: { event: async () => 'raised' }, presence: { answers } }, through);
  await waitFor('the other', () => at('slack').length === 1);
  expect(spool.pending().map((entry) => entry.event.id)).toEqual(['hangs', 'other']);
});

const toSlack = { critical: ['slack'], warning: ['slack'], info: ['slack'] };
