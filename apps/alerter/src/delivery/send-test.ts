import type { AlertCommandOf, AlertTest } from '@yoban/shared/contracts/alert-command';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import type { Log } from '@yoban/shared/logger';
import type { Channel } from '../channels/channel.ts';
import { testMessage } from '../core/test-message.ts';

const sendTimeoutMs = 10 * SECOND;

/**
 * A8: one try over one channel, or over each of them; past the outbox, so that a test neither waits nor touches an alert.
 * A channel that is not there, or was left out for want of a value, has failed.
 */
export async function sendTest(
  command: AlertCommandOf<'test'>,
  channels: readonly Channel[],
  { log, now }: { log: Log; now: () => number },
): Promise<AlertTest[]> {
  const { id, channel: wanted, actor } = command;
  const asked = wanted === null ? channels : channels.filter((one) => one.name === wanted);
  if (wanted !== null && asked.length === 0) {
    return [{ id, channel: wanted, outcome: 'failed', detail: 'no_such_channel', at: isoTime(now()) }];
  }
  const tried = async (channel: Channel): Promise<AlertTest> => {
    const code = await tryOnce(channel, command, now());
    const outcome = code === null ? ('sent' as const) : ('failed' as const);
    log.info({ event: 'channel.tested', channel: channel.name, outcome, detail: code, actor, id });
    return { id, channel: channel.name, outcome, detail: code, at: isoTime(now()) };
  };
  return Promise.all(asked.map(tried));
}

/** Null when it was taken, else the word for why not. */
async function tryOnce(channel: Channel, { id, actor }: AlertCommandOf<'test'>, at: number): Promise<string | null> {
  const message = testMessage(channel.name, actor, channel.style, at);
  try {
    const nid = `test:${id}:${channel.name}`;
    const result = await channel.send({ ...message, nid, about: null }, AbortSignal.timeout(sendTimeoutMs));
    return result.kind === 'sent' ? null : result.code;
  } catch (error) {
    // A channel that throws is a defect of ours; its message may hold a secret, so only the class is told.
    return error instanceof Error ? error.name : 'unknown_error';
  }
}
