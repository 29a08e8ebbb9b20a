import {
  ContainerDetail,
  ContainerRow,
  ContainerStats,
  composeLabels,
  containerActions,
  guardLabel,
} from '@yoban/shared/contracts/engine';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { askEngine, type EngineAnswer, engineSays } from './ask-engine.ts';
import { type EngineAddress, engineName } from './engine-address.ts';

/** A service of a compose project; without a project, the one that has a service of this name. */
export interface ComposeService {
  service: string;
  project: string | null;
}

/** What is asked of an engine about one compose service. All throw OpsError SUPERVISOR_UNAVAILABLE when it cannot be asked. */
export interface ContainerCalls {
  /** The container of the service now, of several the first. Throws SUPERVISOR_UNAVAILABLE, `fields.reach` gone, when there is none. */
  find(): Promise<ContainerDetail>;
  /** Null where it is gone, or no longer for us to see. */
  inspect(id: string): Promise<ContainerDetail | null>;
  stats(id: string): Promise<ContainerStats | null>;
  /** Also OpsError SUPERVISOR_FAILED, with what the engine says. */
  act(what: 'start' | 'stop' | 'restart', id: string, timeoutMs: number): Promise<void>;
  /** Where the events of its containers are. */
  eventsPath: string;
}

const hintGone = `Check supervisor.service and project with docker compose ls and ps -a. Through the socket proxy its containers need the label ${guardLabel}: "true".`;

export function createContainerCalls(
  address: EngineAddress,
  { service, project }: ComposeService,
  askMs: number,
): ContainerCalls {
  const label = labelsOf({ service, project });
  const filtered = (more: object) => encodeURIComponent(JSON.stringify({ ...more, label }));
  const get = (path: string) => askEngine(address, { method: 'GET', path, timeoutMs: askMs });
  const refused = (what: string, hint: string, fields = {}) =>
    new OpsError('SUPERVISOR_UNAVAILABLE', `the container engine at ${engineName(address)} ${what}`, { hint, fields });
  const inspect = async (id: string) => {
    const answer = await get(`/containers/${id}/json`);
    if (answer.status === 200) return read(address, answer, ContainerDetail);
    // The socket proxy refuses what is gone as it refuses what was never ours.
    if (answer.status === 404 || answer.status === 403) return null;
    throw refused(`does not show a container: ${engineSays(answer)}`, 'Look at the log of the engine.');
  };
  return {
    inspect,
    eventsPath: `/events?filters=${filtered({ type: ['container'], event: containerActions })}`,
    find: async () => {
      const answer = await get(`/containers/json?all=1&filters=${filtered({})}`);
      if (answer.status !== 200) {
        throw refused(
          `does not list containers: ${engineSays(answer)}`,
          'Another proxy has to let lists, inspects and events through.',
        );
      }
      const first = pick(read(address, answer, z.array(ContainerRow)), service);
      if (!first) throw refused(`shows no container of ${service}`, hintGone, { reach: 'gone' });
      const found = await inspect(first.Id);
      // Listed and then not shown: it goes just now, or may be listed only.
      if (found) return found;
      throw refused(
        `lists a container of ${service} and does not show it`,
        'Try again; a proxy has to let inspects through.',
      );
    },
    stats: async (id) => {
      const answer = await get(`/containers/${id}/stats?stream=0&one-shot=1`);
      // Memory and CPU are worth less than to know whether it runs: not every engine or proxy gives them.
      const sample = answer.status === 200 ? jsonText(ContainerStats).safeParse(answer.body) : null;
      return sample?.data ?? null;
    },
    act: async (what, id, timeoutMs) => {
      const answer = await askEngine(address, { method: 'POST', path: `/containers/${id}/${what}`, timeoutMs });
      // 304: it is so already.
      if (answer.status === 204 || answer.status === 304) return;
      throw new OpsError(
        'SUPERVISOR_FAILED',
        `the container engine could not ${what} ${service}: ${engineSays(answer)}`,
        {
          hint: `docker compose logs ${service} and docker inspect of the container tell more.`,
        },
      );
    },
  };
}

const labelsOf = ({ service, project }: ComposeService): string[] => [
  `${composeLabels.service}=${service}`,
  ...(project === null ? [] : [`${composeLabels.project}=${project}`]),
];

function read<T>(address: EngineAddress, { body }: EngineAnswer, shape: z.ZodType<T>): T {
  const parsed = jsonText(shape).safeParse(body);
  if (parsed.success) return parsed.data;
  throw new OpsError(
    'SUPERVISOR_UNAVAILABLE',
    `what answers at ${engineName(address)} does not speak as a container engine does`,
    {
      ...{ hint: 'Check supervisor.host or DOCKER_HOST.', cause: parsed.error, retryable: false },
      fields: { reach: 'foreign' },
    },
  );
}

/**
 * Of several containers the one with the lowest number; while compose puts a new one in the place of another both have it, and
 * the one that runs counts. The container of a `compose run` is none of the service's.
 */
function pick(rows: readonly ContainerRow[], service: string): ContainerRow | undefined {
  const own = rows.filter(({ Labels }) => Labels[composeLabels.oneOff] !== 'True');
  const projects = [...new Set(own.map(({ Labels }) => Labels[composeLabels.project] ?? ''))];
  if (projects.length > 1) {
    throw new OpsError('SUPERVISOR_UNAVAILABLE', `several projects have a service ${service}: ${projects.join(', ')}`, {
      ...{ hint: 'Say which one: supervisor: {kind: compose, service: …, project: …}.', retryable: false },
      fields: { reach: 'ambiguous' },
    });
  }
  const number = ({ Labels }: ContainerRow) => Number(Labels[composeLabels.number] ?? 1);
  const runs = ({ State }: ContainerRow) => Number(State === 'running');
  return own.sort((a, b) => number(a) - number(b) || runs(b) - runs(a) || b.Created - a.Created)[0];
}
