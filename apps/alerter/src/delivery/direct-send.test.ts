import { createTestLog } from '@yoban/shared/testing/test-log';
import { expect, test } from 'vitest';
import { fullEvent } from '../../test/support/alerter-bench.ts';
import { testRules } from '../../test/support/rules.ts';
import { createSimulatedChannels } from '../../test/support/simulated-channels.ts';
import type { Channel } from '../channels/channel.ts';
import { createShadow } from '../core/shadow.ts';
import type { SpoolEntry } from '../spool/read-spool.ts';
import { DirectSender } from './direct-send.ts';

const entry: SpoolEntry = { event: fullEvent({ id: 'down' }), receivedAt: 0, segment: 1, told: new Map() };
const toSlack = { critical: ['slack'], warning: ['slack'], info: ['slack'] };

/** A sender over Slack that does not answer before `answer` is called, and whatever else is open. */
function senderOf(open: readonly string[], fallbackMs: number) {
  const { channels, at } = createSimulatedChannels(['slack', ...open], Date.now);
  const silent = Promise.withResolvers<void>();
  const tried = Promise.withResolvers<void>();
  const slackOf = (one: Channel): Channel => ({
    ...one,
    fallback: 'line',
    patience: { ...one.patience, fallbackMs },
    send: async () => {
      tried.resolve();
      await silent.promise;
      return { kind: 'retry', code: 'http_503' };
    },
  });
  const ends: (() => void)[] = [];
  const sender = new DirectSender({
    channels: channels.map((one) => (one.name === 'slack' ? slackOf(one) : one)),
    shadow: createShadow(testRules({ routes: toSlack })),
    ...{ note: async () => {}, isOvertaken: () => false, log: createTestLog().log, random: () => 0 },
    onEnded: () => ends.shift()?.(),
  });
  const ended = () => new Promise<void>((resolve) => ends.push(resolve));
  const answer = async () => {
    const end = ended();
    silent.resolve();
    await end;
  };
  return { sender, at, ended, tried: tried.promise, answer };
}

test('A5: who has been silent for too long is asked for nothing more once its fallback tells it', async () => {
  const { sender, at, ended, tried, answer } = senderOf(['line'], 0);
  const told = ended();
  expect(sender.look([entry])).toBeNull();
  await tried;
  await told;
  expect(at('line')).toHaveLength(1);
  expect(sender.look([entry])).toBeNull();
  await answer();
  // Its own next try is all that is left.
  expect(sender.look([entry])).not.toBe(0);
});

test('A5: a fallback that is not open is not waited for', async () => {
  const { sender, tried, answer } = senderOf([], 0);
  expect(sender.look([entry])).toBeNull();
  await tried;
  expect(sender.look([entry])).toBeNull();
  await answer();
});

test('A5: while a fallback has its time before it, it is looked for then', async () => {
  const { sender, tried, answer } = senderOf(['line'], 60_000);
  expect(sender.look([entry])).toBeGreaterThan(0);
  await tried;
  await answer();
});

test('A5: a repeat whose recovery went past Redis before a kill is no beginning', () => {
  const now = Date.now();
  const repeat = { ...entry, event: fullEvent({ id: 'again' }), receivedAt: now };
  const end = (told: SpoolEntry['told']): SpoolEntry => ({
    ...{ event: fullEvent({ id: 'up', kind: 'clear' }), receivedAt: now, segment: 1, told },
  });
  const looked = (told: SpoolEntry['told']) => senderOf([], 60_000).sender.look([repeat, end(told)]);
  expect(looked(new Map())).toBeGreaterThan(0);
  const heard = { eventId: 'up', channel: 'slack', nid: 'n', epoch: 1, state: 'sent', at: now } as const;
  expect(looked(new Map([['slack', heard]]))).toBeNull();
});
