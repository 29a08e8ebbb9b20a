import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { OracleLog } from './oracle-log.ts';
import { SCHEMA } from './schema.ts';

const BYTES_PER_MB = 1024 * 1024;

/**
 * The game's SQLite file: WAL, one writer. synchronous is FULL: a tip that was thanked for on screen is money, and NORMAL would lose
 * the last commits to a power cut. Each write is one transaction that raises the commit counter in game_state.
 */
export class GameDatabase {
  readonly path: string;
  readonly #oracleFile: string;
  #db: Database.Database;
  #oracle: OracleLog | undefined;
  #statements = new Map<string, Database.Statement>();
  #lastWriteAt: number | null = null;
  #lastWriteError: Error | undefined;

  /** Opens or creates the file. Throws SqliteError when it is no sound database. `oracleFile`: where content hashes go, '' for nowhere. */
  constructor(path: string, oracleFile: string) {
    this.path = path;
    this.#oracleFile = oracleFile;
    mkdirSync(dirname(path), { recursive: true });
    this.#db = this.#open();
  }

  get lastWriteAt(): number | null {
    return this.#lastWriteAt;
  }

  get commit(): number {
    return Number(this.sql("SELECT value FROM game_state WHERE key = 'commit'").pluck().get() ?? 0);
  }

  get sizeMb(): number {
    return (statSync(this.path, { throwIfNoEntry: false })?.size ?? 0) / BYTES_PER_MB;
  }

  sql(text: string): Database.Statement {
    const known = this.#statements.get(text);
    if (known) return known;
    const statement = this.#db.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  /** Runs `change` in one immediate transaction. Throws SqliteError; then nothing of it is in the file. */
  write<T>(change: () => T): T {
    try {
      const result = this.#transaction(change);
      this.#lastWriteAt = Date.now();
      this.#lastWriteError = undefined;
      return result;
    } catch (error) {
      if (error instanceof Database.SqliteError && !isBusy(error)) this.#lastWriteError = error;
      throw error;
    }
  }

  /** Undefined when the database can be read now and the last write went through; else what is wrong. */
  trouble(): Error | undefined {
    try {
      void this.commit;
      return this.#lastWriteError;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Lets go of the file, runs `meanwhile`, and opens it again: the fault switch that ruins the file needs this. */
  withClosed(meanwhile: () => void): void {
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    this.close();
    meanwhile();
    this.#db = this.#open();
  }

  close(): void {
    this.#statements.clear();
    this.#oracle?.close();
    this.#oracle = undefined;
    this.#db.close();
  }

  #open(): Database.Database {
    const db = new Database(this.path);
    try {
      db.pragma('busy_timeout = 1000');
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = FULL');
      db.pragma('cache_size = -2000');
      db.exec(SCHEMA);
      if (this.#oracleFile !== '') this.#oracle = new OracleLog(db, this.#oracleFile);
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #transaction<T>(change: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    const forget = this.#oracle?.begin();
    try {
      const result = change();
      const commit = this.commit + 1;
      this.sql(
        "INSERT INTO game_state VALUES ('commit', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
      ).run(String(commit));
      this.#oracle?.write(commit, 'begin');
      this.#db.exec('COMMIT');
      this.#oracle?.write(commit, 'commit');
      return result;
    } catch (error) {
      forget?.();
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);

/** True for a trouble of the store that can pass. A ruined file does not: the process must end and its supervisor must look at it. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Database.SqliteError && !/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(error.code);
