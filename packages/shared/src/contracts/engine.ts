import { z } from 'zod';

/** A container that carries this label with the value `true` may be looked at, started, stopped and restarted through the proxy. */
export const guardLabel = 'yoban.guard';

/** What compose writes on the containers it makes. */
export const composeLabels = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  number: 'com.docker.compose.container-number',
  /** `True` on the container of a `compose run`. */
  oneOff: 'com.docker.compose.oneoff',
} as const;

const shownLabels: readonly string[] = [guardLabel, ...Object.values(composeLabels)];

/** Other labels are passed over: reverse proxies and others keep passwords in them. */
const ShownLabels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels) =>
    Object.fromEntries(Object.entries(labels ?? {}).filter(([name]) => shownLabels.includes(name))),
  );

/** A container by its whole id, which is never given twice; a name may pass to another container at any time. */
export const ContainerId = z.string().regex(/^[0-9a-f]{64}$/);

// All below are allow-lists of the Docker Engine API's answers, at the names it gives them: whatever else an engine says of a
// container (environment, command, mounts, output of its health check) is passed over when it is read. Times are RFC 3339 with
// nanoseconds; "0001-01-01T00:00:00Z" means never.

/** One row of `GET /containers/json`. `Created` in epoch seconds. */
export const ContainerRow = z.object({
  Id: ContainerId,
  Names: z.array(z.string()),
  Image: z.string(),
  Created: z.number(),
  State: z.string(),
  Status: z.string(),
  Labels: ShownLabels,
});
export type ContainerRow = z.infer<typeof ContainerRow>;

/** `GET /containers/{id}/json`. `Memory` in bytes, 0 = no limit; `StopTimeout` in seconds. */
export const ContainerDetail = z.object({
  Id: ContainerId,
  Name: z.string(),
  RestartCount: z.int(),
  State: z.object({
    Status: z.string(),
    Running: z.boolean(),
    Paused: z.boolean(),
    Restarting: z.boolean(),
    OOMKilled: z.boolean(),
    /** In the engine's pid namespace. */
    Pid: z.int(),
    ExitCode: z.int(),
    StartedAt: z.string(),
    FinishedAt: z.string(),
    Health: z.object({ Status: z.string() }).nullish(),
  }),
  Config: z.object({ Image: z.string(), StopTimeout: z.int().nullish(), Labels: ShownLabels }),
  HostConfig: z.object({
    Memory: z.number(),
    RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.int() }),
  }),
});
export type ContainerDetail = z.infer<typeof ContainerDetail>;

const Bytes = z.number().nullish();

/** One sample of `GET /containers/{id}/stats`. `total_usage` in nanoseconds of CPU. */
export const ContainerStats = z.object({
  read: z.string(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({
    usage: Bytes,
    limit: Bytes,
    /** `total_inactive_file` with version 1 of control groups, `inactive_file` with version 2. */
    stats: z.object({ total_inactive_file: Bytes, inactive_file: Bytes }).nullish(),
  }),
});
export type ContainerStats = z.infer<typeof ContainerStats>;

/** What can happen to a container and is passed on; an `exec_create` has its command line in its name, so it is not. */
export const containerActions = [
  'create',
  'start',
  'restart',
  'stop',
  'die',
  'oom',
  'pause',
  'unpause',
  'destroy',
] as const;

/** One line of `GET /events`. `time` in epoch seconds, `timeNano` in nanoseconds (as a JS number right to about 200). */
export const ContainerEvent = z.object({
  Type: z.literal('container'),
  Action: z.enum(containerActions),
  Actor: z.object({ ID: ContainerId, Attributes: ShownLabels }),
  time: z.number(),
  timeNano: z.number(),
});

/** `GET /version`. */
export const EngineVersion = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.string().nullish(),
  Os: z.string().nullish(),
  Arch: z.string().nullish(),
});
