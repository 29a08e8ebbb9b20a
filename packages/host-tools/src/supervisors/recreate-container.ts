import { OpsError } from '@yoban/shared/errors';
import type { ComposeService } from '../engine/container-calls.ts';
import { resolveProgram } from '../resolve-program.ts';
import { plainEnvironment, runProgram } from '../run-program.ts';

const limitMs = 120_000;

/**
 * Makes the container of a service anew from its compose file, with its images and volumes as they are. It needs the docker program
 * and the engine itself: the socket proxy lets nobody create containers.
 * @throws OpsError PROGRAM_NOT_FOUND, SUPERVISOR_FAILED
 */
export async function recreateContainer(
  service: ComposeService & { file: string; host: string | null },
): Promise<void> {
  const file = resolveProgram('docker', { searchPath: process.env.PATH, baseDir: '/' });
  const project = service.project === null ? [] : ['-p', service.project];
  const args = [
    'compose',
    ...project,
    '-f',
    service.file,
    'up',
    '-d',
    '--no-deps',
    '--force-recreate',
    service.service,
  ];
  const host = service.host ?? process.env.DOCKER_HOST;
  const env = { ...plainEnvironment(), ...(host && { DOCKER_HOST: host }) };
  const { code, stderr, timedOut } = await runProgram({ file, args, env, timeoutMs: limitMs });
  if (code === 0) return;
  const said = timedOut ? `no end within ${limitMs / 1_000} s` : (stderr.trim().split('\n').at(-1) ?? '');
  throw new OpsError('SUPERVISOR_FAILED', `docker compose could not recreate ${service.service}: ${said}`);
}
