import { SECOND } from '@yoban/shared/contracts/time';
import type { Log } from '@yoban/shared/logger';
import type { Channel } from '../channels/channel.ts';
import { outgoingMessage } from '../channels/outgoing-message.ts';
import { nextTry, type SendResult } from '../core/retry.ts';
import type { OnStep } from '../on-step.ts';
import { type Claimed, leaseMs, type Outbox } from '../store/outbox.ts';

export interface DeliveryDeps {
  outbox: Outbox;
  log: Log;
  onStep: OnStep;
  random: () => number;
}

/** One try; shorter than the lease, so that a row is never sent by two at once. */
const sendTimeoutMs = 10 * SECOND;

/** Sends one claimed row and writes how that ended. */
export async function deliver(channel: Channel, claimed: Claimed, deps: DeliveryDeps): Promise<void> {
  const { row, attempts, mayRepeat } = claimed;
  await deps.onStep('claimed');
  const log = deps.log.child({ nid: row.nid, channel: channel.name, kind: row.notice.kind });
  // A first try is made however late it is: what nobody has tried (the alerter was off for a day) people have not heard yet.
  if (attempts > 1 && claimed.now() >= row.expiresAt) return settle(claimed, 'dead', 'expired', { ...deps, log });
  const message = outgoingMessage(row, channel.style, mayRepeat && !channel.keyed());
  // A process that was stopped since the claim (SIGSTOP, a sleeping machine) no longer owns the row: whoever does will send it.
  if (performance.now() - claimed.askedAtMs > leaseMs - sendTimeoutMs)
    return void log.warn({ event: 'notice.lease_lost' });
  const result = await tried(channel, message);
  await deps.onStep('sent');
  const next = nextTry(result, { ...row, attempts }, claimed.now(), deps.random());
  if (next.do === 'settle') return settle(claimed, next.state, next.reason, { ...deps, log });
  const held = await deps.outbox.defer(claimed, next);
  const waitMs = Math.round(next.notBefore - claimed.now());
  const fields = { event: held ? 'notice.deferred' : 'notice.lease_lost', reason: next.reason, attempts, waitMs };
  // Nothing arrives until somebody mends the key or the address.
  if (result.kind === 'refused') log.error({ ...fields, code: 'CHANNEL_REJECTED' });
  else log.warn(fields);
}

async function tried(channel: Channel, message: Parameters<Channel['send']>[0]): Promise<SendResult> {
  try {
    return await channel.send(message, AbortSignal.timeout(sendTimeoutMs));
  } catch (error) {
    // A channel that throws is a defect of ours; its message may hold a secret, so only the class is told.
    return { kind: 'retry', code: error instanceof Error ? error.name : 'unknown_error' };
  }
}

async function settle(claimed: Claimed, state: 'sent' | 'dead', reason: string, deps: DeliveryDeps): Promise<void> {
  const held = await deps.outbox.settle(claimed, state, reason);
  const delayMs = Math.round(claimed.now() - claimed.row.createdAt);
  const fields = { reason, attempts: claimed.attempts, delayMs };
  if (!held) deps.log.warn({ event: 'notice.lease_lost', ...fields });
  else if (state === 'dead') deps.log.error({ event: 'notice.dead', code: 'CHANNEL_REJECTED', ...fields });
  else deps.log.info({ event: 'notice.sent', ...fields });
  await deps.onStep('settled');
}
