import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type BackupRun, Tier } from '@yoban/shared/contracts/backup';
import { isoTime } from '@yoban/shared/contracts/time';
import { hasErrno } from '@yoban/shared/errors';
import { runIdOfTemp, tierFileNames } from './backup-folder.ts';
import type { Catalog, RecordFacts, RunRow } from './catalog.ts';
import { isAbandoned } from './claim-run.ts';

import { hashFile } from './verify.ts';

export interface ReconcileDeps {
  catalog: Catalog;
  backupDir: string;
  now: () => number;
  record: RecordFacts;
}

export interface Reconciled {
  /** Runs killed between the file's name and its row: the file is good and now recorded. */
  adopted: string[];
  /** Runs killed earlier: ended as failed with BACKUP_INTERRUPTED, free to be claimed again. */
  ended: string[];
  /** Paths whose files are gone without us. */
  missing: string[];
  /** Hidden temp files of dead runs, removed. */
  removed: string[];
}

/**
 * Makes catalog and folder agree after a kill or a person's hand: called before each run and at start. A file is adopted only
 * when a run of ours prepared exactly its name and hash; anything else in the folder is not ours and stays untouched.
 */
export async function reconcileCatalog(deps: ReconcileDeps): Promise<Reconciled> {
  const done: Reconciled = { adopted: [], ended: [], missing: [], removed: [] };
  for (const run of deps.catalog.unfinishedRuns()) {
    if (!(await isAbandoned(run, deps.now()))) continue;
    if (await finishKilled(run, deps)) done.adopted.push(run.id);
    else done.ended.push(run.id);
  }
  for (const file of deps.catalog.files()) {
    if ((await sizeOf(file.path)) !== null) continue;
    deps.catalog.setFileState(file.id, 'missing');
    done.missing.push(file.path);
  }
  for (const tier of Tier.options) done.removed.push(...(await removeTemps(deps, tier)));
  return done;
}

/** True when the killed run had already given a good file its name. */
async function finishKilled(run: RunRow, { catalog, now, record }: ReconcileDeps): Promise<boolean> {
  const { id, db, tier, trigger, prepared } = run;
  const times = { dueAt: isoTime(run.dueAtMs), startedAt: isoTime(run.startedAtMs), endedAt: isoTime(now()) };
  const isThere =
    prepared !== null &&
    (await sizeOf(prepared.path)) === prepared.sizeBytes &&
    (await hashFile(prepared.path)).sha256 === prepared.sha256;
  const outcome: BackupRun =
    isThere && prepared
      ? { id, db, tier, trigger, ...times, state: 'ok', file: prepared }
      : {
          ...{ id, db, tier, trigger, ...times },
          state: 'failed',
          code: 'BACKUP_INTERRUPTED',
          message: 'the process that took this backup ended before it was done',
          hint: 'Nothing to do for a scheduled backup: it is taken again. A manual one: yoban backup now',
        };
  catalog.finishRun(outcome, record);
  return isThere;
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

async function removeTemps({ catalog, backupDir }: ReconcileDeps, tier: Tier): Promise<string[]> {
  const alive = new Set(catalog.unfinishedRuns().map((run) => run.id));
  const removed: string[] = [];
  for (const name of await tierFileNames(backupDir, tier)) {
    const id = runIdOfTemp(name);
    if (id === null || alive.has(id)) continue;
    await rm(path.join(backupDir, tier, name), { force: true });
    removed.push(name);
  }
  return removed;
}
