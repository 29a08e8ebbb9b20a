import { backoffMs } from '@yoban/shared/backoff';
import { HOUR, MINUTE, SECOND } from '@yoban/shared/contracts/time';

/**
 * How one try of a channel ended. `unknown` = it may have arrived: the connection broke after the message had left. `refused` =
 * the receiver refuses us (a key, an address), whatever we say; `permanent` = it refuses this message. `quota` = it takes
 * nothing for a long time, whatever we say: a month's or a day's number is used up, so somebody else should tell.
 */
export type SendResult =
  | { kind: 'sent' }
  | { kind: 'busy'; code: string; afterMs: number }
  | { kind: 'quota'; code: string; afterMs: number }
  | { kind: 'retry'; code: string }
  | { kind: 'unknown'; code: string }
  | { kind: 'refused'; code: string }
  | { kind: 'permanent'; code: string };

export type NextTry =
  | { do: 'settle'; state: 'sent' | 'dead'; reason: string }
  | {
      do: 'defer';
      notBefore: number;
      reason: string;
      /** False where the receiver only asked for patience: that is no failed attempt. */
      burned: boolean;
      /** The whole channel waits until then. */
      holdUntil: number | null;
      /** The fallback channel need not wait any longer. */
      fallBack: boolean;
      mayRepeat: boolean;
    };

const backoff = { baseMs: SECOND, capMs: 60 * SECOND };
/** Somebody has to mend the key first: asking faster mends nothing, and a mail server may lock the account. */
const refusedBackoff = { baseMs: 10 * SECOND, capMs: 5 * MINUTE };
/** A used up month is looked at each hour too: somebody may buy more. */
const patience = { minMs: SECOND, maxMs: HOUR };

/**
 * What follows a try. There is no limit of attempts: a CRITICAL or a recovery is tried until its 24 h are over, an INFO for 6 h.
 * A channel that refuses us is asked again too, slowly: a CRITICAL must arrive once its key is mended. Only an INFO is not worth it.
 * A receiver that says when (429, Retry-After) is obeyed by the whole channel and costs no attempt.
 */
export function nextTry(
  result: SendResult,
  row: { attempts: number; expiresAt: number; priority: 1 | 2 | 3 },
  now: number,
  random: number,
): NextTry {
  if (result.kind === 'sent') return { do: 'settle', state: 'sent', reason: 'sent' };
  if (result.kind === 'permanent') return { do: 'settle', state: 'dead', reason: result.code };
  if (result.kind === 'refused' && row.priority === 3) return { do: 'settle', state: 'dead', reason: result.code };
  const busy = result.kind === 'busy' || result.kind === 'quota';
  const waitMs = busy
    ? Math.min(patience.maxMs, Math.max(patience.minMs, result.afterMs))
    : backoffMs(row.attempts, result.kind === 'refused' ? refusedBackoff : backoff, random);
  const notBefore = now + waitMs;
  if (notBefore >= row.expiresAt) return { do: 'settle', state: 'dead', reason: 'expired' };
  return {
    do: 'defer',
    notBefore,
    reason: result.code,
    burned: !busy,
    holdUntil: busy ? notBefore : null,
    fallBack: result.kind === 'quota',
    mayRepeat: result.kind === 'unknown',
  };
}
