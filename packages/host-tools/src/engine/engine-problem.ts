import { hasErrno, OpsError } from '@yoban/shared/errors';
import { type EngineAddress, engineName } from './engine-address.ts';

/** The engine took longer than it was given. */
export class EngineSilence extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`);
    this.name = 'EngineSilence';
  }
}

/** Why an engine was not heard: nothing is there, nobody listens, it may not be asked, it says nothing, it is something else. */
export type EngineReach = 'missing' | 'refused' | 'forbidden' | 'silent' | 'foreign';

const problems: Record<EngineReach, { says: string; hint: string }> = {
  missing: {
    says: 'there is no container engine at',
    hint: 'Mount or name the socket of the engine; its address is what docker context inspect shows.',
  },
  refused: {
    says: 'no container engine listens at',
    hint: 'Start the engine. If it was restarted, make this container anew: its mount still shows the old socket.',
  },
  forbidden: {
    says: 'this user may not open the container engine at',
    hint: 'Run as the owner of the socket (for a usual engine root, user: "0:0"), or through the socket proxy.',
  },
  silent: {
    says: 'the container engine does not answer at',
    hint: 'Look whether its machine is overloaded; docker info shows whether it answers others.',
  },
  foreign: {
    says: 'what answers is no container engine we know, at',
    hint: 'Check the address; it must speak the Docker Engine API.',
  },
};

export function engineReach(error: unknown): EngineReach {
  if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'ENOTFOUND', 'EAI_AGAIN')) return 'missing';
  if (hasErrno(error, 'ECONNREFUSED')) return 'refused';
  if (hasErrno(error, 'EACCES', 'EPERM')) return 'forbidden';
  if (error instanceof EngineSilence || hasErrno(error, 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'))
    return 'silent';
  return 'foreign';
}

/** SUPERVISOR_UNAVAILABLE for the operator; `fields.reach` says which kind of silence it is. */
export function engineProblem(address: EngineAddress, cause: unknown): OpsError {
  const reach = engineReach(cause);
  const { says, hint } = problems[reach];
  return new OpsError('SUPERVISOR_UNAVAILABLE', `${says} ${engineName(address)}`, {
    ...{ hint, cause, retryable: reach === 'silent' || reach === 'refused' || reach === 'missing' },
    fields: { reach },
  });
}
