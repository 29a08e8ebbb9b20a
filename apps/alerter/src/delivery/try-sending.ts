import { SECOND } from '@yoban/shared/contracts/time';
import type { Channel, OutgoingMessage } from '../channels/channel.ts';
import { timeLimit } from '../channels/time-limit.ts';
import type { SendResult } from '../core/retry.ts';

/** One try; shorter than the lease of a row, so that a row is never sent by two at once, also not by one that was stopped meanwhile. */
export const sendTimeoutMs = 10 * SECOND;

/** One try over a channel. Never rejects. */
export async function trySending(channel: Channel, message: OutgoingMessage): Promise<SendResult> {
  try {
    return await channel.send(message, timeLimit(sendTimeoutMs));
  } catch (error) {
    // A channel that throws is a defect of ours; its message may hold a secret, so only the class is told.
    return { kind: 'retry', code: error instanceof Error ? error.name : 'unknown_error' };
  }
}
