import path from 'node:path';
import {
  type BackupFile,
  BackupFile as BackupFileSchema,
  type BackupRun,
  type Tier,
} from '@yoban/shared/contracts/backup';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { openStore } from '@yoban/shared/facts/open-store';
import type { Database } from 'better-sqlite3';
import { catalogMigrations } from './catalog-migrations.ts';
import { makeBackupFolder } from './make-backup-folder.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** `bad` = a later check failed; `missing` = gone without us; `deleted` = rotated out. */
export type FileState = 'good' | 'bad' | 'missing' | 'deleted';

export interface CatalogFile extends BackupFile {
  seq: number;
  state: FileState;
}

export interface RunKey {
  db: string;
  tier: Tier;
  /** Epoch ms; a manual run stands for its own moment. */
  dueAtMs: number;
}

export interface RunRow extends RunKey {
  id: string;
  trigger: BackupRun['trigger'];
  state: 'running' | 'ok' | 'failed';
  holder: ProcessIdentity;
  startedAtMs: number;
  attempt: number;
  /** The file as it was about to get its name; lets a later process finish a run that was killed in between. */
  prepared: BackupFile | null;
  fileId: string | null;
}

interface RawRun {
  id: string;
  db: string;
  tier: Tier;
  due_at: number;
  trigger: BackupRun['trigger'];
  state: RunRow['state'];
  holder: string;
  started_at: number;
  attempt: number;
  prepared: string | null;
  file_id: string | null;
}

interface RawFile {
  seq: number;
  body: string;
  state: FileState;
}

const toRun = (row: RawRun): RunRow => ({
  id: row.id,
  db: row.db,
  tier: row.tier,
  dueAtMs: row.due_at,
  trigger: row.trigger,
  state: row.state,
  holder: JSON.parse(row.holder),
  startedAtMs: row.started_at,
  attempt: row.attempt,
  prepared: row.prepared === null ? null : BackupFileSchema.parse(JSON.parse(row.prepared)),
  fileId: row.file_id,
});

const toFile = (row: RawFile): CatalogFile => ({
  ...BackupFileSchema.parse(JSON.parse(row.body)),
  seq: row.seq,
  state: row.state,
});

/** What the caller puts in the same transaction as an outcome: facts and alert events (`putFact(db, …)`). */
export type RecordFacts = (db: Database, run: BackupRun) => void;

/**
 * The record of runs and files in `BACKUP_DIR/catalog.sqlite`. One owner writes (backup-worker, or the CLI when that is away);
 * others read. All methods are synchronous and short.
 */
export class Catalog {
  readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  close(): void {
    this.db.close();
  }

  run(key: RunKey): RunRow | null {
    const row = this.db
      .prepare<[string, string, number], RawRun>('SELECT * FROM runs WHERE db = ? AND tier = ? AND due_at = ?')
      .get(key.db, key.tier, key.dueAtMs);
    return row ? toRun(row) : null;
  }

  /** The newest due time of a tier that ended well, or null; scheduling starts from here. */
  lastDoneAtMs(db: string, tier: Tier): number | null {
    return (
      this.db
        .prepare<[string, string], number | null>(
          "SELECT max(due_at) FROM runs WHERE db = ? AND tier = ? AND state = 'ok' AND trigger <> 'manual'",
        )
        .pluck()
        .get(db, tier) ?? null
    );
  }

  unfinishedRuns(): RunRow[] {
    return this.db.prepare<[], RawRun>("SELECT * FROM runs WHERE state = 'running'").all().map(toRun);
  }

  /** Ended runs, newest first. */
  recentRuns(db: string, limit: number): BackupRun[] {
    return this.db
      .prepare<[string, number], string>(
        'SELECT outcome FROM runs WHERE db = ? AND outcome IS NOT NULL ORDER BY started_at DESC LIMIT ?',
      )
      .pluck()
      .all(db, limit)
      .map((text) => JSON.parse(text));
  }

  insertRun(run: Omit<RunRow, 'state' | 'prepared' | 'fileId'>): void {
    this.db
      .prepare(
        `INSERT INTO runs (id, db, tier, due_at, trigger, state, holder, started_at, attempt)
         VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?)
         ON CONFLICT (db, tier, due_at) DO UPDATE SET id = excluded.id, trigger = excluded.trigger, state = 'running',
           holder = excluded.holder, started_at = excluded.started_at, attempt = excluded.attempt, prepared = NULL, outcome = NULL`,
      )
      .run(
        run.id,
        run.db,
        run.tier,
        run.dueAtMs,
        run.trigger,
        JSON.stringify(run.holder),
        run.startedAtMs,
        run.attempt,
      );
  }

  prepareRun(id: string, file: BackupFile): void {
    this.db.prepare('UPDATE runs SET prepared = ? WHERE id = ?').run(JSON.stringify(file), id);
  }

  /**
   * Outcome, file row and facts in one transaction: all of them or none are there after a crash.
   * False, and nothing written, when the run is no longer this one's to end: somebody took it over.
   */
  finishRun(run: BackupRun, record: RecordFacts): boolean {
    return this.db
      .transaction(() => {
        const { changes } = this.db
          .prepare("UPDATE runs SET state = ?, outcome = ?, file_id = ? WHERE id = ? AND state = 'running'")
          .run(run.state, JSON.stringify(run), run.state === 'ok' ? run.file.id : null, run.id);
        if (changes === 0) return false;
        if (run.state === 'ok') this.insertFile(run.file);
        record(this.db, run);
        return true;
      })
      .immediate();
  }

  private insertFile(file: BackupFile): void {
    this.db
      .prepare("INSERT INTO files (id, db, tier, path, state, body) VALUES (?, ?, ?, ?, 'good', ?)")
      .run(file.id, file.db, file.tier, file.path, JSON.stringify(file));
  }

  /** Newest first. Without `states`: what lies there, good or bad. */
  files(filter: { db?: string; tier?: Tier; states?: FileState[] } = {}): CatalogFile[] {
    const states = filter.states ?? ['good', 'bad'];
    return this.db
      .prepare<[string | null, string | null, string], RawFile>(
        `SELECT seq, body, state FROM files WHERE db = coalesce(?, db) AND tier = coalesce(?, tier)
         AND state IN (SELECT value FROM json_each(?)) ORDER BY seq DESC`,
      )
      .all(filter.db ?? null, filter.tier ?? null, JSON.stringify(states))
      .map(toFile);
  }

  fileAt(filePath: string): CatalogFile | null {
    const row = this.db
      .prepare<[string], RawFile>(
        "SELECT seq, body, state FROM files WHERE path = ? AND state IN ('good', 'bad') ORDER BY seq DESC LIMIT 1",
      )
      .get(filePath);
    return row ? toFile(row) : null;
  }

  setFileState(id: string, state: FileState): void {
    this.db.prepare('UPDATE files SET state = ? WHERE id = ?').run(state, id);
  }

  /** A later check passed: the time is kept, and a file once called bad counts again. */
  setVerified(id: string, atMs: number): void {
    this.db
      .prepare("UPDATE files SET state = 'good', body = json_set(body, '$.verifiedAt', ?) WHERE id = ?")
      .run(isoTime(atMs), id);
  }
}

/** Where the catalog of a backup folder lies. */
export const catalogPath = (backupDir: string): string => path.join(backupDir, 'catalog.sqlite');

/**
 * Opens (and creates) the catalog of a backup folder.
 * @throws OpsError BACKUP_FAILED when the folder above the backup folder is missing; CATALOG_UNREADABLE when it is damaged: the backup files themselves are then still usable by name.
 */
export function openCatalog(backupDir: string): Catalog {
  makeBackupFolder(backupDir, 0);
  try {
    return new Catalog(openStore(catalogPath(backupDir), catalogMigrations));
  } catch (error) {
    throw new OpsError('CATALOG_UNREADABLE', asOpsError(error).message, { cause: error });
  }
}
