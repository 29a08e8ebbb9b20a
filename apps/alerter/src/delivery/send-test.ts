import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertCommandOf, AlertTest } from '@yoban/shared/contracts/alert-command';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import type { Log } from '@yoban/shared/logger';
import type { Channel } from '../channels/channel.ts';
import { testMessage } from '../core/test-message.ts';
import type { SpendToken } from '../store/spend-token.ts';
import { trySending } from './try-sending.ts';

export interface TestDeps {
  log: Log;
  now: () => number;
  spend: SpendToken;
}

/** How long a test waits for its turn on a channel. */
const turnMaxMs = 10 * SECOND;

/**
 * A8: one try over one channel, or over each of them; past the outbox, so that a test neither waits behind nor touches an alert, but
 * within the channel's rate. A channel that is not there, or was left out for want of a value, has failed.
 */
export async function sendTest(
  command: AlertCommandOf<'test'>,
  channels: readonly Channel[],
  deps: TestDeps,
): Promise<AlertTest[]> {
  const { log, now } = deps;
  const { id, channel: wanted, actor } = command;
  const asked = wanted === null ? channels : channels.filter((one) => one.name === wanted);
  if (wanted !== null && asked.length === 0) {
    return [{ id, channel: wanted, outcome: 'failed', detail: 'no_such_channel', at: isoTime(now()) }];
  }
  const tried = async (channel: Channel): Promise<AlertTest> => {
    const code = await tryOnce(channel, command, deps);
    const outcome = code === null ? ('sent' as const) : ('failed' as const);
    log.info({ event: 'channel.tested', channel: channel.name, outcome, detail: code, actor, id });
    return { id, channel: channel.name, outcome, detail: code, at: isoTime(now()) };
  };
  return Promise.all(asked.map(tried));
}

/** Null when it was taken, else the word for why not. */
async function tryOnce(
  channel: Channel,
  { id, actor }: AlertCommandOf<'test'>,
  { spend, now }: TestDeps,
): Promise<string | null> {
  if (!(await hasTurn(channel, spend))) return 'rate_limit';
  const message = testMessage(channel.name, actor, channel.style, now());
  const nid = `test:${id}:${channel.name}`;
  const result = await trySending(channel, { ...message, nid, about: null });
  return result.kind === 'sent' ? null : result.code;
}

async function hasTurn({ name, pace }: Channel, spend: SpendToken): Promise<boolean> {
  const deadline = performance.now() + turnMaxMs;
  for (;;) {
    const waitMs = await spend(name, pace);
    if (waitMs === 0) return true;
    if (performance.now() + waitMs > deadline) return false;
    await sleep(waitMs);
  }
}
