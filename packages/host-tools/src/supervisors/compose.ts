import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerDetail } from '@yoban/shared/contracts/engine';
import { OpsError } from '@yoban/shared/errors';
import { type ComposeService, createContainerCalls } from '../engine/container-calls.ts';
import { processOf, statusOf } from '../engine/container-state.ts';
import { ContainerWatch, type ContainerWatchTimes } from '../engine/container-watch.ts';
import { engineAddress } from '../engine/engine-address.ts';
import type { Supervisor } from './supervisor.ts';

export interface ComposeOptions extends ComposeService {
  /** `unix:///path` or `tcp://host:port`; null = DOCKER_HOST, else the usual socket. */
  host: string | null;
}

export interface ComposeTimes extends ContainerWatchTimes {
  /** For an engine to stop or start something, beyond the time that the container itself is given to stop. */
  actMs: number;
  /** For a container that was started to run. */
  runMs: number;
}

const usualTimes: ComposeTimes = {
  askMs: 5_000,
  beatMs: 2_000,
  retry: { baseMs: 100, capMs: 5_000 },
  actMs: 35_000,
  runMs: 10_000,
};

/** As an engine does where a container says nothing of it. */
const usualStopS = 10;
const pollMs = 50;

/**
 * The container of a compose service, through the engine's API or the socket proxy. The container's life is not the engine's, so
 * there is no generation: its restarts are the engine's doing also when a new container took the place of the old one.
 * @throws OpsError CONFIG_INVALID for an address that cannot be one.
 */
export function createCompose({ host, ...service }: ComposeOptions, times: ComposeTimes = usualTimes): Supervisor {
  const address = engineAddress(host);
  const calls = createContainerCalls(address, service, times.askMs);
  let watching: ContainerWatch | null = null;
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
  return {
    kind: 'compose',
    describe: async () => statusOf(await calls.find()),
    processNow: () => {
      if (watching?.view.at !== 'connected') return undefined;
      const { last } = watching.view;
      return last && processOf(last);
    },
    use: () => watching?.use ?? null,
    generation: () => null,
    stop: async () => stop(await calls.find()),
    start: async () => {
      const found = await calls.find();
      if (statusOf(found).state === 'online' && !found.State.Paused) return;
      // An engine calls a container running that waits to be started again, or that is frozen, and would do nothing.
      await stop(found);
      await begin('start', found);
    },
    restart: async () => begin('restart', await calls.find()),
    // An engine keeps the output itself; docker compose logs shows it.
    logFiles: async () => ({ out: null, error: null }),
    watch: (onEvent) => {
      const mine = new ContainerWatch(address, calls, times, onEvent);
      watching = mine;
      void mine.run();
      return () => {
        mine.end();
        if (watching === mine) watching = null;
      };
    },
  };
}

const failed = ({ service }: ComposeService, what: string): OpsError =>
  new OpsError('SUPERVISOR_FAILED', `${service}: ${what}`, { hint: `Read its output: docker compose logs ${service}` });
