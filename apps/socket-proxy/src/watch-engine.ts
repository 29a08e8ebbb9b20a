import { askEngine } from '@yoban/host-tools/engine/ask-engine';
import type { EngineAddress } from '@yoban/host-tools/engine/engine-address';
import { asOpsError, type OpsError } from '@yoban/shared/errors';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { ProxyLimits } from './config.ts';

export interface EngineWatchDeps {
  engine: EngineAddress;
  limits: ProxyLimits;
  log: Log;
  stop: StopStack;
  onLost: (error: OpsError) => void;
}

/**
 * Tells when the engine goes and comes back. One that stays away is told to `onLost`, once: an engine that was started anew has a
 * new socket, and only a container that is started again gets to see it.
 */
export function watchEngine({ engine, limits, log, stop, onLost }: EngineWatchDeps): void {
  let awaySince: number | null = null;
  let timer: NodeJS.Timeout;
  let stopped = false;
  const look = async () => {
    try {
      await askEngine(engine, { method: 'GET', path: '/_ping', timeoutMs: limits.askMs });
      if (awaySince !== null) log.info({ event: 'engine.back', awayMs: Math.round(performance.now() - awaySince) });
      awaySince = null;
    } catch (error) {
      const problem = asOpsError(error);
      if (awaySince === null) log.error({ event: 'engine.away', detail: problem.message, hint: problem.hint });
      awaySince ??= performance.now();
      if (performance.now() - awaySince >= limits.awayMs) return onLost(problem);
    }
    if (!stopped) wait();
  };
  const wait = () => {
    timer = setTimeout(() => void look(), limits.lookMs);
  };
  wait();
  stop.push('engine watch', () => {
    stopped = true;
    clearTimeout(timer);
  });
}
