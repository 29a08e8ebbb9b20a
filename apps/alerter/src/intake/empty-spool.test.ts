import { createStopStack } from '@yoban/shared/lifecycle';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { expect, test } from 'vitest';
import { fullEvent } from '../../test/support/alerter-bench.ts';
import { testRules } from '../../test/support/rules.ts';
import { createSimulatedChannels } from '../../test/support/simulated-channels.ts';
import { createShadow } from '../core/shadow.ts';
import { DirectSender } from '../delivery/direct-send.ts';
import { Spool } from '../spool/spool.ts';
import { type EmptyingDeps, startEmptying } from './empty-spool.ts';

test('A5: an event that could not be decided is told past Redis and tried again, whatever was decided after it', async ({
  onTestFinished,
}) => {
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
    ['bad', 'good'].map((service) => fullEvent({ id: service, service })),
    0,
  );
  const { channels, at } = createSimulatedChannels(['slack'], Date.now);
  const direct = new DirectSender({
    ...{ channels, log, random: Math.random, shadow: createShadow(testRules({ routes: toSlack })) },
    note: (telling) => spool.note(telling),
    isOvertaken: () => false,
    onEnded: () => nudge(),
  });
  const tries: string[] = [];
  const event: EmptyingDeps['decider']['event'] = async ({ id }, { told = [] } = {}) => {
    tries.push(`${id}, told by ${told.length}`);
    if (id === 'bad' && tries.length <= 3) throw new Error('a document that cannot be read');
    return 'raised';
  };
  const presence = { answers: async () => true };
  const nudge = startEmptying({ spool, direct, presence, log, stop, decider: { event }, onDecided: () => {} });
  await waitFor('an empty spool', () => spool.pending().length === 0);
  expect(tries).toEqual(['bad, told by 0', 'good, told by 0', 'bad, told by 1', 'bad, told by 1']);
  expect(lines.filter((line) => line.event === 'spool.undecided')).toHaveLength(1);
  expect(at('slack')).toHaveLength(1);
});

const toSlack = { critical: ['slack'], warning: ['slack'], info: ['slack'] };
