import { waitFor } from '@yoban/shared/testing/wait-for';
import type { SendResult } from '../core/retry.ts';
import type { OutgoingMessage, Receiver } from './channel.ts';
import { type TimeLimit, timeLimit } from './time-limit.ts';

/** For whatever is no matter of time. */
export const ample = (): TimeLimit => timeLimit(5_000);

/** As on waking from a stop: what was waited for comes first, and the timer later. */
export const slept: TimeLimit = { onOver: () => () => undefined, isOver: () => true };

/** One try whose limit is over once the receiver has the message: a timer could be over before anything has left. */
export async function sendUntil(
  channel: Receiver,
  message: OutgoingMessage,
  hasArrived: () => boolean,
): Promise<SendResult> {
  const acts = new Set<() => void>();
  let over = false;
  const onOver = (act: () => void) => {
    acts.add(act);
    return () => void acts.delete(act);
  };
  const sending = channel.send(message, { onOver, isOver: () => over });
  await waitFor('the message at its receiver', hasArrived);
  over = true;
  for (const act of acts) act();
  return sending;
}
