import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

export interface Moment {
  /** Number of the commit that the database shows. */
  n: number;
  /** SHA-256 of all content, in order. */
  hash: string;
}

/** What a torture database shows right now. Writers call it before COMMIT, the judge on a backup: equal means the same moment. */
export function readMoment(db: Database): Moment {
  const n = Number(db.prepare('SELECT n FROM commit_counter').pluck().get());
  const hash = createHash('sha256');
  for (const [id, body] of db.prepare<[], [number, string]>('SELECT id, body FROM item ORDER BY id').raw().iterate()) {
    hash.update(`${id}:${body};`);
  }
  return { n, hash: hash.digest('hex') };
}

/** One line of the record that writers keep outside SQLite. */
export const oracleLine = ({ n, hash }: Moment): string => `${n} ${hash}\n`;
