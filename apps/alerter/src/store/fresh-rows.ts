import type { OutboxRow } from '../core/notice.ts';

/** Rows that this process has written, so that what it claims of them need not be read and checked again. */
export interface FreshRows {
  remember(row: OutboxRow, raw: string): void;
  /** The row of this id, if it is still what was written; it is forgotten. */
  take(nid: string, raw: string): OutboxRow | null;
}

/** Some 2 KB each. */
const rowsMax = 5_000;

export function createFreshRows(): FreshRows {
  const rows = new Map<string, { row: OutboxRow; raw: string }>();
  return {
    remember: (row, raw) => {
      rows.set(row.nid, { row, raw });
      // Another alerter has claimed the oldest, or this one will read it.
      const [oldest] = rows.keys();
      if (rows.size > rowsMax && oldest !== undefined) rows.delete(oldest);
    },
    take: (nid, raw) => {
      const known = rows.get(nid);
      rows.delete(nid);
      return known?.raw === raw ? known.row : null;
    },
  };
}
