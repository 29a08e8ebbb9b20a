import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import type { ServiceLogs, SupervisorState, SupervisorStatus } from './supervisor.ts';

const states: Record<string, SupervisorState> = {
  online: 'online',
  launching: 'launching',
  stopped: 'stopped',
  // On its way to stopped: whoever reads this asks again.
  stopping: 'stopped',
  errored: 'errored',
  'waiting restart': 'waiting-restart',
};

const number = z.coerce.number();

/** An allow-list: the rest of a row is the app's environment with its secrets, which must not leave this file. */
const JlistRow = z.object({
  name: z.string(),
  pid: number.nullish(),
  pm2_env: z.object({
    status: z.string(),
    pm_uptime: number.nullish(),
    created_at: number.nullish(),
    restart_time: number.nullish(),
    unstable_restarts: number.nullish(),
    max_restarts: number.nullish(),
    min_uptime: number.nullish(),
    max_memory_restart: number.nullish(),
    pm_out_log_path: z.string().nullish(),
    pm_err_log_path: z.string().nullish(),
  }),
});

export interface Pm2App {
  name: string;
  status: SupervisorStatus;
  logs: ServiceLogs;
}

/** pm2's defaults where an app sets none. */
const defaults = { maxRestarts: 16, minUptimeMs: 1_000 };

/**
 * The apps in the output of `pm2 jlist`, which may have notices above it.
 * @throws OpsError SUPERVISOR_FAILED when there is no list in it.
 */
export function parseJlist(stdout: string): Pm2App[] {
  const line = stdout.split('\n').findLast((candidate) => candidate.startsWith('['));
  if (line === undefined) throw new OpsError('SUPERVISOR_FAILED', 'pm2 jlist printed no list');
  const rows = z.array(JlistRow).safeParse(JSON.parse(line));
  if (!rows.success) {
    throw new OpsError('SUPERVISOR_FAILED', 'pm2 jlist printed a list of another shape', { cause: rows.error });
  }
  return rows.data.map((row) => ({ name: row.name, status: statusOf(row), logs: logsOf(row) }));
}

function statusOf({ pid, pm2_env: env }: z.infer<typeof JlistRow>): SupervisorStatus {
  const state = states[env.status] ?? 'unknown';
  return {
    state,
    pid: pid || null,
    // Of a number in a list nobody knows whose it is by now; whoever has looked at /proc fills it in.
    startTicks: null,
    startedAt: state === 'online' || state === 'launching' ? (env.pm_uptime ?? null) : null,
    restarts: env.restart_time ?? null,
    unstableRestarts: env.unstable_restarts ?? null,
    restartLimit: env.max_restarts ?? defaults.maxRestarts,
    minUptimeMs: env.min_uptime ?? defaults.minUptimeMs,
    memoryLimitMb: env.max_memory_restart ? Math.round(env.max_memory_restart / 1_048_576) : null,
    // With an exponential backoff pm2 writes "waiting restart" over "errored" when it gives up, and stays so for ever; the
    // emptied creation time is what tells the two apart.
    gaveUp: state === 'errored' || (state === 'waiting-restart' && (env.created_at ?? null) === null),
  };
}

const logsOf = ({ pm2_env: env }: z.infer<typeof JlistRow>): ServiceLogs => ({
  out: env.pm_out_log_path ?? null,
  error: env.pm_err_log_path ?? null,
});
