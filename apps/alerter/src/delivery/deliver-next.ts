import type { Log } from '@yoban/shared/logger';
import type { Channel } from '../channels/channel.ts';
import { outgoingMessage } from '../channels/outgoing-message.ts';
import type { OutboxRow } from '../core/notice.ts';
import { nextTry } from '../core/retry.ts';
import type { OnStep } from '../on-step.ts';
import type { LateRows } from '../store/late-rows.ts';
import { type Claimed, leaseMs, type Outbox } from '../store/outbox.ts';
import type { SentNotice } from './sent-log.ts';
import { sendTimeoutMs, trySending } from './try-sending.ts';

export interface DeliveryDeps {
  outbox: Outbox;
  late: LateRows;
  log: Log;
  onSent: (sent: SentNotice) => void;
  onStep: OnStep;
  random: () => number;
  /** True for a row that must not be sent yet. */
  waits: (row: OutboxRow) => boolean;
}

/** The spool is emptied within moments once Redis is there. */
const lookAgainMs = 250;

/** Sends one claimed row and writes how that ended; or makes one that waited too long part of another, which is claimed next. */
export async function deliver(channel: Channel, claimed: Claimed, deps: DeliveryDeps): Promise<void> {
  const { row, attempts, mayRepeat } = claimed;
  await deps.onStep('claimed');
  const about = { nid: row.nid, channel: channel.name, kind: row.notice.kind };
  const { log } = deps;
  // A first try is made however late it is: what nobody has tried (the alerter was off for a day) people have not heard yet.
  if (attempts > 1 && claimed.now() >= row.expiresAt) return settle(claimed, 'dead', 'expired', deps);
  if (deps.waits(row)) {
    const how = { burned: false, holdUntil: null, fallBack: false, mayRepeat } as const;
    const notBefore = claimed.now() + lookAgainMs;
    await deps.outbox.defer(claimed, { do: 'defer', notBefore, reason: 'spool_first', ...how });
    return void log.debug({ event: 'notice.waits', ...about });
  }
  const { lateMs } = channel.patience;
  if (await deps.late.merge(claimed, { keyed: channel.keyed(), lateMs }))
    return void log.info({ event: 'notice.merged', ...about, attempts });
  const delayMs = claimed.now() - (row.waitsSince ?? row.createdAt);
  const message = outgoingMessage(row, channel.style, { mayRepeat: mayRepeat && !channel.keyed(), delayMs, lateMs });
  // A process that was stopped since the claim (SIGSTOP, a sleeping machine) no longer owns the row: whoever does will send it.
  if (claimed.ageMs() > leaseMs - sendTimeoutMs) return void log.warn({ event: 'notice.lease_lost', ...about });
  const result = await trySending(channel, message);
  await deps.onStep('sent');
  const next = nextTry(result, { ...row, attempts }, claimed.now(), deps.random());
  if (next.do === 'settle') return settle(claimed, next.state, next.reason, deps);
  const held = await deps.outbox.defer(claimed, next);
  const waitMs = Math.round(next.notBefore - claimed.now());
  const event = held ? 'notice.deferred' : 'notice.lease_lost';
  const fields = { event, ...about, reason: next.reason, attempts, waitMs };
  // Nothing arrives until somebody mends the key or the address.
  if (result.kind === 'refused') log.error({ ...fields, code: 'CHANNEL_REJECTED' });
  else log.warn(fields);
}

async function settle(claimed: Claimed, state: 'sent' | 'dead', reason: string, deps: DeliveryDeps): Promise<void> {
  const held = await deps.outbox.settle(claimed, state, reason);
  const { nid, channel, notice, createdAt } = claimed.row;
  const delayMs = Math.round(claimed.now() - createdAt);
  const fields = { nid, channel, kind: notice.kind, reason, attempts: claimed.attempts, delayMs };
  if (!held) deps.log.warn({ event: 'notice.lease_lost', ...fields });
  else if (state === 'dead') deps.log.error({ event: 'notice.dead', code: 'CHANNEL_REJECTED', ...fields });
  else deps.onSent(fields);
  await deps.onStep('settled');
}
