import { hasErrno, OpsError } from '@yoban/shared/errors';

/** Why a `yoban run` parent was not heard: nobody is at its socket, or somebody is who does not or may not answer. */
export type RunReach = 'gone' | 'silent' | 'forbidden' | 'foreign';

const problems: Record<RunReach, { message: (socket: string) => string; hint: string }> = {
  gone: {
    message: (socket) => `no yoban run listens at ${socket}`,
    hint: 'Check that the container (or command) of the service is up, and that it shares the volume with this socket with us.',
  },
  silent: {
    message: (socket) => `the yoban run at ${socket} does not answer`,
    hint: 'Look whether its container is paused or its machine overloaded; restarting the container helps.',
  },
  forbidden: {
    message: (socket) => `the yoban run at ${socket} may not be asked by this user`,
    hint: 'Run the service and yoban as the same user or group (in compose: the same user:); the socket is theirs alone.',
  },
  foreign: {
    message: (socket) => `what listens at ${socket} does not speak as this version of yoban run does`,
    hint: 'Check services.<name>.supervisor.socket, and use the same version of yoban on both sides.',
  },
};

/** SUPERVISOR_UNAVAILABLE for the operator; `fields.reach` says which kind of silence it is. */
export const runProblem = (socket: string, reach: RunReach, cause?: unknown): OpsError =>
  new OpsError('SUPERVISOR_UNAVAILABLE', problems[reach].message(socket), {
    ...{ hint: problems[reach].hint, cause, retryable: reach !== 'foreign' && reach !== 'forbidden' },
    fields: { socket, reach },
  });

/**
 * What the end of a connection says; null = it was closed in order. Only a socket that is not there or that nobody listens at
 * proves that the parent is gone: one that hangs up may have an app running.
 */
export function reachOf(error: Error | null): RunReach {
  if (error === null || hasErrno(error, 'ECONNRESET', 'EPIPE', 'EAGAIN')) return 'silent';
  if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'ECONNREFUSED')) return 'gone';
  return hasErrno(error, 'EACCES', 'EPERM') ? 'forbidden' : 'foreign';
}
