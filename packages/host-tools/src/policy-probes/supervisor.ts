import { OpsError } from '@yoban/shared/errors';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import type { RunningProcess, SupervisorState, SupervisorStatus } from '../supervisors/supervisor.ts';
import { askOnce } from './ask-once.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good, inWords, unknown, type Verdict } from './verdict.ts';

/** Each supervisor has words of its own for the same thing. */
const words: Record<string, SupervisorState> = {
  ...{ online: 'online', active: 'online', running: 'online' },
  ...{ stopped: 'stopped', inactive: 'stopped', exited: 'stopped' },
  ...{ errored: 'errored', failed: 'errored' },
  ...{ launching: 'launching', activating: 'launching' },
  ...{ 'waiting-restart': 'waiting-restart', 'waiting restart': 'waiting-restart', restarting: 'waiting-restart' },
};

/** pm2 stays in it for ever once it gave up beside a backoff; a real wait is at most 15 s (H7). */
const waitMaxMs = 20_000;

/**
 * The supervisor has the service in one of the states named. A process that runs is seen for itself; the supervisor is asked
 * only when none does. `clock` is monotonic, ms: a wall clock that jumps must not make a short wait look long.
 */
export function createSupervisorProbe(
  { states, timeout }: ProbeConfigOf<'supervisor'>,
  around: ProbeAround,
  clock: () => number = () => performance.now(),
): PolicyProbe {
  const accepted = states.map((word) => words[word.toLowerCase()] ?? word);
  const late = (limit: string) => unknown(`${around.supervisor.kind} did not answer within ${limit}`);
  const ask = askOnce(() => around.supervisor.describe());
  let waitingSince: number | null = null;
  const judge = ({ state, gaveUp }: Pick<SupervisorStatus, 'state' | 'gaveUp'>): Verdict => {
    waitingSince = state === 'waiting-restart' ? (waitingSince ?? clock()) : null;
    const waitedMs = waitingSince === null ? 0 : clock() - waitingSince;
    if (gaveUp && !accepted.includes('errored')) return bad(`${state}: ${around.supervisor.kind} gave up`);
    if (waitedMs > waitMaxMs) return bad(`${state} for ${inWords(waitedMs)}: nobody will restart it`);
    if (accepted.includes(state)) return good(state);
    return state === 'unknown' ? unknown('its state is not to be known') : bad(`${state}, not ${states.join(' or ')}`);
  };
  return {
    look: framedLook({ timeoutMs: timeout, now: around.now, late }, async () => {
      const process = around.process();
      if (process) return judge({ state: 'online', gaveUp: false });
      try {
        return judge(await ask());
      } catch (error) {
        return withoutWord(process, error);
      }
    }),
    close: () => undefined,
  };
}

/** The supervisor says nothing; that no process runs may be known all the same. */
function withoutWord(process: RunningProcess | null | undefined, error: unknown): Verdict {
  if (!(error instanceof OpsError)) throw error;
  const isGone = process === null || error.fields.reach === 'gone';
  return isGone ? bad(`no process runs: ${error.message}`) : unknown(error.message);
}
