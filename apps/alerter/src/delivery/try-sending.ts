import { SECOND } from '@yoban/shared/contracts/time';
import type { Channel, OutgoingMessage } from '../channels/channel.ts';
import { type TimeLimit, timeLimit } from '../channels/time-limit.ts';
import type { SendResult } from '../core/retry.ts';

/** One try; shorter than the lease of a row, so that a row is never sent by two at once, also not by one that was stopped meanwhile. */
export const sendTimeoutMs = 10 * SECOND;

/** One try over a channel. Never rejects. `limit` begins now unless told. */
export async function trySending(
  channel: Channel,
  message: OutgoingMessage,
  limit: TimeLimit = timeLimit(sendTimeoutMs),
): Promise<SendResult> {
  try {
    return await channel.send(message, limit);
  } catch (error) {
    // A channel that throws is a defect of ours; its message may hold a secret, so only the class is told.
    return { kind: 'retry', code: error instanceof Error ? error.name : 'unknown_error' };
  }
}
