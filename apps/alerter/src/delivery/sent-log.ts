import { SECOND } from '@yoban/shared/contracts/time';
import type { Log } from '@yoban/shared/logger';
import type { OutboxRow } from '../core/notice.ts';

/** A message that its receiver has taken. `delayMs`: since it was decided. */
export interface SentNotice extends Pick<OutboxRow, 'nid' | 'channel'> {
  kind: OutboxRow['notice']['kind'];
  reason: string;
  attempts: number;
  delayMs: number;
}

/** More than that of a second is a storm: its lines would cost as much as a fifth of its messages, and its records say the same. */
const singlyPerSecond = 20;

/** Says what was delivered: each message, and of a storm how many there were, second by second. */
export function createSentLog(log: Log): (sent: SentNotice) => void {
  let said = 0;
  let more: Record<string, number> = {};
  const sum = () => {
    if (said > singlyPerSecond) log.info({ event: 'notices.sent', more });
    said = 0;
    more = {};
  };
  return (sent) => {
    if (said === 0) setTimeout(sum, SECOND).unref();
    said += 1;
    const isStorm = said > singlyPerSecond;
    if (isStorm) more[sent.channel] = (more[sent.channel] ?? 0) + 1;
    if (!isStorm || log.isLevelEnabled('debug')) log.info({ event: 'notice.sent', ...sent });
  };
}
