import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Tier } from '@yoban/shared/contracts/backup';
import { tierFileNames } from './backup-folder.ts';
import { parseBackupName } from './backup-name.ts';
import type { Catalog } from './catalog.ts';

export interface RestoreCandidate {
  path: string;
  tier: Tier | null;
  /** Epoch ms; of a file that the catalog does not know, its mtime. */
  takenAtMs: number;
  sizeBytes: number;
  /** `verified` by the catalog, `bad` since a later check, `unknown` for a file without a row. */
  state: 'verified' | 'bad' | 'unknown';
  /** Of the file as it lies there, when the catalog knows it. */
  sha256: string | null;
  /** The mode of the database that was copied, when known; the restored one gets it back. */
  journalMode: string | null;
}

/**
 * Everything in the backup folder that could bring this database back, newest first. Without a catalog (null: it is damaged)
 * the files are still found by their names.
 */
export async function restoreCandidates(
  catalog: Catalog | null,
  backupDir: string,
  db: string,
): Promise<RestoreCandidate[]> {
  const known: RestoreCandidate[] = (catalog?.files({ db }) ?? []).map((file) => ({
    path: file.path,
    tier: file.tier,
    takenAtMs: Date.parse(file.takenAt),
    sizeBytes: file.sizeBytes,
    state: file.state === 'good' ? 'verified' : 'bad',
    sha256: file.sha256,
    journalMode: file.journalMode,
  }));
  const knownPaths = new Set(known.map((candidate) => candidate.path));
  const unknown: RestoreCandidate[] = [];
  for (const tier of Tier.options) {
    for (const name of await tierFileNames(backupDir, tier)) {
      const file = path.join(backupDir, tier, name);
      if (parseBackupName(name)?.db === db && !knownPaths.has(file)) unknown.push(await candidateOfFile(file));
    }
  }
  // The catalog's order is that of writing; the sort is stable and moves only what the clock clearly sets apart.
  return [...known, ...unknown].sort((a, b) => b.takenAtMs - a.takenAtMs);
}

/** A file named by hand, anywhere on the disk. Its hash and mode are unknown; @throws the system error when it is not there. */
export async function candidateOfFile(file: string): Promise<RestoreCandidate> {
  const { size, mtimeMs } = await stat(file);
  const tier = parseBackupName(path.basename(file))?.tier ?? null;
  return {
    path: file,
    tier,
    takenAtMs: mtimeMs,
    sizeBytes: size,
    state: 'unknown',
    sha256: null,
    journalMode: null,
  };
}
