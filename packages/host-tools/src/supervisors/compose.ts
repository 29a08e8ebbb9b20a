import { askEngine } from '../engine/ask-engine.ts';
import { type ComposeService, createContainerCalls } from '../engine/container-calls.ts';
import { processOf, statusOf } from '../engine/container-state.ts';
import { ContainerWatch, type ContainerWatchTimes } from '../engine/container-watch.ts';
import { engineAddress } from '../engine/engine-address.ts';
import { createComposeHands } from './compose-hands.ts';
import { daemonOf } from './daemon-look.ts';
import type { Supervisor } from './supervisor.ts';

export interface ComposeOptions extends ComposeService {
  /** `unix:///path` or `tcp://host:port`; null = DOCKER_HOST, else the usual socket. */
  host: string | null;
  /** The compose file that a recreation reads; null = it is not known, so there is none. */
  file?: string | null;
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

/**
 * The container of a compose service, through the engine's API or the socket proxy. The container's life is not the engine's, so
 * there is no generation: its restarts are the engine's doing also when a new container took the place of the old one.
 * @throws OpsError CONFIG_INVALID for an address that cannot be one.
 */
export function createCompose(
  { host, file = null, ...service }: ComposeOptions,
  times: ComposeTimes = usualTimes,
): Supervisor {
  const address = engineAddress(host);
  const calls = createContainerCalls(address, service, times.askMs);
  let watching: ContainerWatch | null = null;
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
    ...createComposeHands({ service, file, host, calls, times }),
    daemon: () => daemonOf(() => askEngine(address, { method: 'GET', path: '/_ping', timeoutMs: times.askMs })),
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
