import { OpsError } from '@yoban/shared/errors';
import type { Supervisor, SupervisorStatus } from './supervisor.ts';

const nothingKnown: SupervisorStatus = {
  state: 'unknown',
  pid: null,
  startTicks: null,
  startedAt: null,
  restarts: null,
  unstableRestarts: null,
  restartLimit: null,
  minUptimeMs: null,
  memoryLimitMb: null,
  gaveUp: false,
};

/** A service that nobody supervises, or that we may only look at: its health is all that can be told. */
export function createNoSupervisor(service: string): Supervisor {
  const refuse = async (): Promise<never> => {
    throw new OpsError(
      'SUPERVISOR_UNAVAILABLE',
      `service ${service} has no supervisor, so yoban cannot start or stop it`,
      {
        hint: `Set services.${service}.supervisor in yoban.yml, or do it by hand.`,
        retryable: false,
      },
    );
  };
  return {
    kind: 'none',
    describe: async () => nothingKnown,
    processNow: () => undefined,
    use: () => null,
    generation: () => null,
    stop: refuse,
    start: refuse,
    restart: refuse,
    reload: refuse,
    resetFailed: refuse,
    resurrect: refuse,
    recreate: refuse,
    daemon: async () => ({ state: 'unknown', detail: 'nobody supervises it' }),
    logFiles: async () => ({ out: null, error: null }),
    watch: () => () => undefined,
  };
}
