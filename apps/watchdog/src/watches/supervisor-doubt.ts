import type {
  RunningProcess,
  ServiceLogs,
  Supervisor,
  SupervisorStatus,
} from '@yoban/host-tools/supervisors/supervisor';
import { SECOND } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import type { WatchDeps } from './watch.ts';

export interface SupervisorDoubt {
  /** The newest answer, or null while it never answered. */
  readonly known: SupervisorStatus | null;
  readonly logs: ServiceLogs | null;
  /**
   * Asks the supervisor where there is doubt: at first, about each new process, and while none runs (`goneMs` since the fall,
   * null while one runs). Null when nothing was asked or it did not answer.
   */
  ask(
    goneMs: number | null,
    running: RunningProcess | null,
  ): Promise<{ gaveUp: boolean; restarts: number | null } | null>;
}

const askAgainMs = 10 * SECOND;
/** In a crash loop every second has a new process; the events tell enough of it. */
const newProcessGapMs = 5 * SECOND;
/** pm2 waits 15 s at most between two attempts; a wait beyond that is a silent end (H7). Others say when they give up. */
const longestWaitMs = 20 * SECOND;

/** An answer of pm2 costs 0.2 s of CPU, so it is asked for rarely; see `ask`. */
export function createSupervisorDoubt(
  supervisor: Supervisor,
  service: string,
  { config, log }: Pick<WatchDeps, 'config' | 'log'>,
): SupervisorDoubt {
  let known: SupervisorStatus | null = null;
  let logs: ServiceLogs | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let askedAboutTicks: number | null = null;
  let failed = false;
  let asking = false;

  const due = (goneMs: number | null, startTicks: number | null): boolean => {
    const sinceMs = performance.now() - askedAt;
    if (!known) return sinceMs >= (failed ? askAgainMs : 0);
    if (goneMs === null) return startTicks !== askedAboutTicks && sinceMs >= newProcessGapMs;
    return goneMs >= Math.min(config.pace.doubtAfterMs, longestWaitMs) && sinceMs >= askAgainMs;
  };
  const ask = async (): Promise<SupervisorStatus | null> => {
    try {
      const status = await supervisor.describe();
      logs ??= await supervisor.logFiles();
      if (failed) log.info({ event: 'supervisor.answers', service });
      failed = false;
      return status;
    } catch (error) {
      const { code, message, hint } = asOpsError(error);
      if (!failed) log.warn({ event: 'supervisor.silent', service, code, message, hint });
      failed = true;
      return null;
    } finally {
      askedAt = performance.now();
    }
  };
  return {
    get known() {
      return known;
    },
    get logs() {
      return logs;
    },
    ask: async (goneMs, running) => {
      const startTicks = running?.startTicks ?? null;
      if (asking || !due(goneMs, startTicks)) return null;
      asking = true;
      const status = await ask();
      asking = false;
      askedAboutTicks = startTicks;
      if (!status) return null;
      known = status;
      const waitsTooLong = status.state === 'waiting-restart' && goneMs !== null && goneMs >= longestWaitMs;
      const stuck = supervisor.kind === 'pm2' && waitsTooLong;
      return { gaveUp: status.pid === null && (status.gaveUp || stuck), restarts: status.restarts };
    },
  };
}
