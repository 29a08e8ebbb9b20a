import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerDetail } from '@yoban/shared/contracts/engine';
import { OpsError } from '@yoban/shared/errors';
import type { ComposeService, ContainerCalls } from '../engine/container-calls.ts';
import { processOf, statusOf } from '../engine/container-state.ts';
import { recreateContainer } from './recreate-container.ts';
import type { Supervisor } from './supervisor.ts';

type Hands = Pick<Supervisor, 'stop' | 'start' | 'restart' | 'reload' | 'resetFailed' | 'resurrect' | 'recreate'>;

interface HandsOptions {
  service: ComposeService;
  file: string | null;
  host: string | null;
  calls: ContainerCalls;
  times: { actMs: number; runMs: number };
}

/** As an engine does where a container says nothing of it. */
const usualStopS = 10;
const pollMs = 50;

/** What can be done to the container of a compose service. */
export function createComposeHands({ service, file, host, calls, times }: HandsOptions): Hands {
  const act = (what: 'start' | 'stop' | 'restart', { Id, Config }: ContainerDetail) =>
    calls.act(what, Id, times.actMs + (Config.StopTimeout ?? usualStopS) * 1_000);
  const stop = async (found: ContainerDetail) => {
    if (!found.State.Running) return;
    await act('stop', found);
    if ((await calls.inspect(found.Id))?.State.Running)
      throw failed(service, 'it still runs after the engine stopped it');
  };
  const begin = async (what: 'start' | 'restart', found: ContainerDetail) => {
    await act(what, found);
    await untilRuns(found);
  };
  const untilRuns = async ({ Id, State: { StartedAt: before } }: ContainerDetail) => {
    const deadline = performance.now() + times.runMs;
    for (;;) {
      const now = await calls.inspect(Id);
      if (now && processOf(now) && now.State.StartedAt !== before) return;
      const code = now?.State.ExitCode;
      if (!now || now.State.Status === 'exited')
        throw failed(service, `it ended at once, with exit code ${code ?? 'unknown'}`);
      if (performance.now() > deadline) throw failed(service, `it does not stay up; its last exit code was ${code}`);
      await sleep(pollMs);
    }
  };
  const start = async () => {
    const found = await calls.find();
    if (statusOf(found).state === 'online' && !found.State.Paused) return;
    // An engine calls a container running that waits to be started again, or that is frozen, and would do nothing.
    await stop(found);
    await begin('start', found);
  };
  const restart = async () => begin('restart', await calls.find());
  return {
    stop: async () => stop(await calls.find()),
    start,
    restart,
    reload: restart,
    // An engine counts no failures against a container.
    resetFailed: async () => void (await calls.find()),
    resurrect: start,
    recreate: () => (file === null ? restart() : recreateContainer({ ...service, file, host })),
  };
}

const failed = ({ service }: ComposeService, what: string): OpsError =>
  new OpsError('SUPERVISOR_FAILED', `${service}: ${what}`, { hint: `Read its output: docker compose logs ${service}` });
