import { OpsError } from '@yoban/shared/errors';
import { openRunConnection } from './run-connection.ts';
import { reachOf, runProblem } from './run-problem.ts';
import type { RunRequest, RunStatus } from './run-protocol.ts';

/**
 * Asks a parent for one thing and waits until it is done. @returns its status after that.
 * @throws OpsError SUPERVISOR_UNAVAILABLE (`fields.reach`), SUPERVISOR_FAILED when it says that it could not do it.
 */
export function askRun(socket: string, request: Exclude<RunRequest, 'watch'>, timeoutMs: number): Promise<RunStatus> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      connection.close();
      settle();
    };
    const connection = openRunConnection(socket, request, {
      onLine: (line) => {
        if ('event' in line) return;
        if (line.ok) end(() => resolve(line.status));
        else end(() => reject(new OpsError('SUPERVISOR_FAILED', `yoban run could not ${request}: ${line.message}`)));
      },
      onEnd: (why) => end(() => reject(runProblem(socket, reachOf(why), why ?? undefined))),
    });
    const timer = setTimeout(() => end(() => reject(runProblem(socket, 'silent'))), timeoutMs);
  });
}
