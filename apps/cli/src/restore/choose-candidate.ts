import { provenFirst } from '@yoban/host-tools/restore/proven-first';
import { OpsError } from '@yoban/shared/errors';
import type { RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';
import { type RestoreSelector, selectCandidate } from '@yoban/sqlite-tools/select-candidate';
import { type CommandContext, type Given, textOption } from '../command.ts';
import { findCandidate } from '../find-candidate.ts';
import { parseTime } from '../parse-time.ts';
import type { PickedDatabase } from '../pick-database.ts';

export interface ChosenCandidate {
  candidate: RestoreCandidate;
  /** What would come after it, should it turn out bad. */
  next: RestoreCandidate[];
}

/**
 * The candidate that FILE, --latest or --at means; null when none of them is given.
 * @throws OpsError USAGE for two of them or a bad time, BACKUP_NOT_FOUND, RESTORE_CANDIDATE_BAD when every
 * backup there is was found bad
 */
export async function chooseCandidate(
  context: CommandContext,
  given: Given,
  picked: PickedDatabase,
  candidates: readonly RestoreCandidate[],
): Promise<ChosenCandidate | null> {
  const { io, words, found } = context;
  const [file] = given.args;
  const at = textOption(given, 'at');
  const ways = [file !== undefined, given.options.latest === true, at !== undefined].filter(Boolean).length;
  if (ways > 1) {
    const hint = words.usage.seeHelp('yoban restore');
    throw new OpsError('USAGE', words.usage.oneOf('FILE, --latest, --at'), { hint });
  }
  if (ways === 0) return null;
  if (file !== undefined) {
    const candidate = await findCandidate(file, io.cwd, candidates);
    return { candidate, next: nextOf(candidates, { kind: 'file', path: candidate.path }) };
  }
  const selector: RestoreSelector =
    at === undefined ? { kind: 'latest' } : { kind: 'at', atMs: parseTime(at, found().kit.config.timezone) };
  const selection = selectCandidate(provenFirst(candidates), selector);
  if (selection.found) return selection;
  const [newest] = candidates;
  if (newest && selection.reason === 'no-backup') {
    throw new OpsError('RESTORE_CANDIDATE_BAD', words.restore.allBad(picked.db.name, candidates.length, newest.path), {
      hint: words.restore.tryBad(newest.path),
      fields: { db: picked.db.name, nextGood: null },
    });
  }
  const message =
    at !== undefined && selection.reason === 'none-so-early'
      ? words.restore.noneSoEarly(at)
      : words.restore.noCandidates(picked.db.name, picked.backupDir);
  throw new OpsError('BACKUP_NOT_FOUND', message, { fields: { db: picked.db.name } });
}

/** A file from elsewhere stands in no order; whatever is here comes after it. */
function nextOf(candidates: readonly RestoreCandidate[], selector: RestoreSelector): RestoreCandidate[] {
  const selection = selectCandidate(candidates, selector);
  return selection.found ? selection.next : candidates.filter(({ state }) => state !== 'bad');
}
