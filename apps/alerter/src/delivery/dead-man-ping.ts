import type { DeadManPing } from '@yoban/shared/config/dead-man-config';
import { SECOND } from '@yoban/shared/contracts/time';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { Pulse } from './pulse.ts';

const answerLimitMs = 10 * SECOND;
/** Every part looks at its work at least every 10 s; a shorter period must not call it stuck between two looks. */
const silentAfterMinMs = 30 * SECOND;

/**
 * Fetches an address outside while alerts can be decided and delivered: every part got through within the period, which each of
 * them can only with an answer from Redis. Somebody out there notices when it stops. The address is a secret and never logged.
 */
export function startDeadManPing({ url, everyMs }: DeadManPing, pulse: Pulse, log: Log, stop: StopStack): void {
  const ended = new AbortController();
  let told = '';
  const tell = (state: string, say: () => void) => {
    if (state !== told) say();
    told = state;
  };
  const look = async (): Promise<number> => {
    const stuck = pulse.silent(Math.max(everyMs, silentAfterMinMs));
    if (stuck.length > 0) {
      tell(`stuck ${stuck.join()}`, () => log.error({ event: 'deadman.withheld', code: 'BUS_UNAVAILABLE', stuck }));
      return everyMs;
    }
    const outcome = await fetched(url, AbortSignal.any([ended.signal, AbortSignal.timeout(answerLimitMs)]));
    tell(outcome, () => {
      if (outcome === 'ok') log.info({ event: 'deadman.pinged' });
      else if (!ended.signal.aborted) log.warn({ event: 'deadman.failed', reason: outcome });
    });
    return everyMs;
  };
  const loop = createNudgedLoop({
    look,
    retryMs: everyMs,
    onAway: (error) => log.error({ event: 'deadman.failed', reason: error instanceof Error ? error.name : 'unknown' }),
  });
  stop.push('dead-man ping', () => {
    ended.abort();
    return loop.stop();
  });
  loop.nudge();
}

/** `ok`, or a word for why not, without anything of the address. */
async function fetched(url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, { signal, headers: { 'user-agent': 'yoban' } });
    await response.body?.cancel();
    return response.ok ? 'ok' : `http_${response.status}`;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    return code || (error instanceof Error ? error.name : 'unknown_error');
  }
}
