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
const AppRow = z.object({
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

const Answer = z.object({ args: z.tuple([z.array(AppRow)]).rest(z.unknown()) });

/**
 * The apps in the answer of a pm2 daemon to what `pm2 jlist` asks.
 * @throws OpsError SUPERVISOR_FAILED when it is no such list.
 */
export function pm2AppsOf(answer: object): Pm2App[] {
  if ('error' in answer) throw new OpsError('SUPERVISOR_FAILED', `pm2 cannot list its apps: ${String(answer.error)}`);
  const parsed = Answer.safeParse(answer);
  if (!parsed.success) {
    throw new OpsError('SUPERVISOR_FAILED', 'pm2 answered with a list of another shape', { cause: parsed.error });
  }
  return parsed.data.args[0].map((row) => ({ name: row.name, status: statusOf(row), logs: logsOf(row) }));
}

function statusOf({ pid, pm2_env: env }: z.infer<typeof AppRow>): SupervisorStatus {
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

const logsOf = ({ pm2_env: env }: z.infer<typeof AppRow>): ServiceLogs => ({
  out: env.pm_out_log_path ?? null,
  error: env.pm_err_log_path ?? null,
});
