import { closeSync, openSync, writeSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { type ContentSum, contentHash, quoted, rowText, sumOfContents, tableNames } from './content-hash.ts';

/** `begin` is written before a COMMIT and `commit` after it: a crash between the two leaves a commit that may or may not stand. */
export interface OracleLine {
  n: number;
  at: string;
  hash: string;
  step: 'begin' | 'commit';
}

/**
 * The writer's own testimony, outside the database: which contents each commit had. A restored file is judged by it, never by row
 * counts. Rows are followed by TEMP triggers, which live in this connection alone and leave no trace in the file.
 */
export class OracleLog {
  readonly #db: Database.Database;
  readonly #out: number;
  #sum: ContentSum;
  #dataVersion: unknown;

  constructor(db: Database.Database, file: string) {
    this.#db = db;
    this.#out = openSync(file, 'a', 0o600);
    this.#sum = sumOfContents(db);
    this.#dataVersion = this.#readDataVersion();
    db.function('oracle_add', { directOnly: false }, (table: string, row: string) => this.#sum.add(table, row));
    db.function('oracle_remove', { directOnly: false }, (table: string, row: string) => this.#sum.remove(table, row));
    for (const table of tableNames(db)) db.exec(triggersOf(db, table));
  }

  /** Call inside the write transaction, first. Returns how to forget its changes when it rolls back. */
  begin(): () => void {
    // Another connection's commit (a clean-up by hand, a VACUUM) is not seen by our triggers: read everything anew.
    const version = this.#readDataVersion();
    if (version !== this.#dataVersion) {
      this.#dataVersion = version;
      this.#sum = sumOfContents(this.#db);
    }
    const before = this.#sum.value;
    return () => {
      this.#sum.value = before;
    };
  }

  write(n: number, step: OracleLine['step']): void {
    const line: OracleLine = { n, at: new Date().toISOString(), hash: contentHash(this.#db, this.#sum), step };
    writeSync(this.#out, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.#out);
  }

  #readDataVersion(): unknown {
    return this.#db.pragma('data_version', { simple: true });
  }
}

function triggersOf(db: Database.Database, table: string): string {
  const name = table.replaceAll("'", "''");
  const add = `SELECT oracle_add('${name}', ${rowText(db, table, 'NEW.')});`;
  const remove = `SELECT oracle_remove('${name}', ${rowText(db, table, 'OLD.')});`;
  const on = `ON main.${quoted(table)} BEGIN`;
  return `
    CREATE TEMP TRIGGER ${quoted(`oracle_insert_${table}`)} AFTER INSERT ${on} ${add} END;
    CREATE TEMP TRIGGER ${quoted(`oracle_update_${table}`)} AFTER UPDATE ${on} ${remove} ${add} END;
    CREATE TEMP TRIGGER ${quoted(`oracle_delete_${table}`)} AFTER DELETE ${on} ${remove} END;
  `;
}
