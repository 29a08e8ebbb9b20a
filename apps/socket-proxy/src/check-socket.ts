import { type Stats, statSync } from 'node:fs';
import { askEngine } from '@yoban/host-tools/engine/ask-engine';
import { engineProblem } from '@yoban/host-tools/engine/engine-problem';
import { OpsError } from '@yoban/shared/errors';

/** One question to the engine before anybody is served. @throws OpsError SUPERVISOR_UNAVAILABLE naming the likely cause. */
export async function checkSocket(socketPath: string, timeoutMs: number): Promise<void> {
  const found = look(socketPath);
  if (!found) {
    throw unavailable(
      `there is no socket at ${socketPath}`,
      'Mount the socket of the engine there, as infra/docker/compose.socket-proxy.yml does, or name it with DOCKER_SOCKET.',
    );
  }
  if (!found.isSocket()) {
    throw unavailable(
      `${socketPath} is ${found.isDirectory() ? 'a folder' : 'no socket'}`,
      'An engine makes a folder where a mount names something that the machine does not have: set DOCKER_SOCKET to where the socket is (docker context inspect), and remove the folder.',
    );
  }
  const { status } = await askEngine({ socketPath }, { method: 'GET', path: '/_ping', timeoutMs });
  if (status !== 200)
    throw unavailable(`what listens at ${socketPath} answers ${status} to /_ping`, 'Check DOCKER_SOCKET.');
}

function look(socketPath: string): Stats | undefined {
  try {
    return statSync(socketPath, { throwIfNoEntry: false });
  } catch (error) {
    throw engineProblem({ socketPath }, error);
  }
}

const unavailable = (message: string, hint: string): OpsError =>
  new OpsError('SUPERVISOR_UNAVAILABLE', message, { hint });
