import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';

const MODULUS = 1n << 256n;

/**
 * A hash of a database's contents that follows single rows: the sum of the SHA-256 of every row, so a row is added or taken away
 * without reading the others. Equal contents give equal hashes whatever the pages look like (a copy, a VACUUM, another page size).
 */
export class ContentSum {
  #sum = 0n;

  get value(): bigint {
    return this.#sum;
  }

  set value(sum: bigint) {
    this.#sum = sum;
  }

  add(table: string, row: string): void {
    this.#sum = (this.#sum + rowNumber(table, row)) % MODULUS;
  }

  remove(table: string, row: string): void {
    this.#sum = (this.#sum - rowNumber(table, row) + MODULUS) % MODULUS;
  }
}

/** Every row of every table, read anew. */
export function sumOfContents(db: Database.Database): ContentSum {
  const sum = new ContentSum();
  for (const table of tableNames(db)) {
    const rows = db.prepare<[], string>(`SELECT ${rowText(db, table, '')} FROM ${quoted(table)}`).pluck();
    for (const row of rows.iterate()) sum.add(table, row);
  }
  return sum;
}

/** SHA-256 (hex) over the schema and the sum of the rows. */
export function contentHash(db: Database.Database, sum: ContentSum): string {
  const schema = db
    .prepare<[], string>('SELECT sql FROM main.sqlite_master WHERE sql IS NOT NULL ORDER BY type, name')
    .pluck()
    .all();
  return createHash('sha256')
    .update(`${schema.join('\n')}\n${sum.value.toString(16)}`)
    .digest('hex');
}

export function tableNames(db: Database.Database): string[] {
  return db
    .prepare<[], string>(
      "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .pluck()
    .all();
}

/** SQL for one row as text; `quote()` keeps 1, 1.0, '1' and NULL apart. `prefix` is '', 'NEW.' or 'OLD.'. */
export function rowText(db: Database.Database, table: string, prefix: string): string {
  const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?) ORDER BY cid').pluck().all(table);
  return columns.map((column) => `quote(${prefix}${quoted(column)})`).join(" || ',' || ");
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function rowNumber(table: string, row: string): bigint {
  return BigInt(`0x${createHash('sha256').update(`${table}\u0000${row}`).digest('hex')}`);
}
