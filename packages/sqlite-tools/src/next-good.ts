import { rm } from 'node:fs/promises';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { type BuildRequest, buildRestored } from './build-restored.ts';
import type { RestoreCandidate } from './restore-candidates.ts';

/** The first of these that can be built; `build.target` is left free. */
export async function firstGood(
  candidates: readonly RestoreCandidate[],
  build: BuildRequest,
): Promise<RestoreCandidate | null> {
  for (const candidate of candidates) {
    try {
      await buildRestored({ ...build, candidate });
      return candidate;
    } catch (error) {
      if (!['RESTORE_CANDIDATE_BAD', 'BACKUP_NOT_FOUND'].includes(asOpsError(error).code)) throw error;
    } finally {
      await rm(build.target, { force: true });
    }
  }
  return null;
}

/** The error of a bad candidate, with what can be restored in its place. */
export function namingNext(error: OpsError, next: RestoreCandidate | null): OpsError {
  const text = next ? `the next good one is ${next.path}` : 'and no other backup of this database is good';
  return new OpsError('RESTORE_CANDIDATE_BAD', `${error.message}; ${text}`, {
    cause: error,
    ...(next && { hint: `Restore the next good one: yoban restore ${next.path}` }),
    fields: { ...error.fields, nextGood: next?.path ?? null },
  });
}
