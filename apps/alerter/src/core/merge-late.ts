import { MINUTE } from '@yoban/shared/contracts/time';
import type { BacklogLine, BacklogNotice, Notice, OutboxRow } from './notice.ts';

const beginnings: ReadonlySet<Notice['kind']> = new Set(['raise', 'still', 'escalation']);
const foldable: ReadonlySet<Notice['kind']> = new Set(['info', 'fold', 'backlog']);

/** True for what says that an incident stands: with its recovery behind it, it would be news of what is over. */
export const isBeginning = ({ notice }: OutboxRow): boolean => beginnings.has(notice.kind);

const isFoldable = ({ notice }: OutboxRow): boolean => foldable.has(notice.kind);

export interface Collapsed {
  /** The recovery, with the words for the whole incident. */
  over: OutboxRow;
  /** What it says now besides the row itself: all that waits between the two to say that the incident stands. */
  between: OutboxRow[];
}

/**
 * The recovery that tells the whole incident of a late `row`, made from the one that waits `behind` it on the same channel (nearest
 * first); null while there is none. It keeps its id and stays behind whatever else it waits for.
 */
export function collapsed(row: OutboxRow, behind: readonly OutboxRow[]): Collapsed | null {
  const [incident] = row.recordIds;
  // A digest or a summary tells of other alerts, too: it stays a message of its own.
  const own = behind.filter(({ notice, recordIds }) => 'alertType' in notice && recordIds[0] === incident);
  const at = own.findIndex(({ notice }) => notice.kind === 'recovery' || notice.kind === 'passed');
  const over = own[at];
  if (incident === undefined || over === undefined || !('alertType' in over.notice)) return null;
  const waitsSince = Math.min(row.createdAt, over.waitsSince ?? over.createdAt);
  return {
    over: { ...over, waitsSince, notice: { ...over.notice, kind: 'passed' } },
    between: own.slice(0, at),
  };
}

/** Most messages that become one: what a record shows of them must stay small. */
export const foldMax = 200;

/** `rows` (oldest first) as one digest under the id `nid`; null where there is nothing to join. */
export function folded(rows: readonly OutboxRow[], nid: string, now: number): OutboxRow | null {
  const [first] = rows;
  if (first === undefined || rows.length < 2) return null;
  const notice: BacklogNotice = { kind: 'backlog', at: now, entries: joined(rows.flatMap(linesOf)) };
  return {
    nid,
    channel: first.channel,
    priority: first.priority,
    after: [],
    notice,
    createdAt: Math.min(...rows.map((row) => row.createdAt)),
    expiresAt: Math.max(...rows.map((row) => row.expiresAt)),
    recordIds: [...new Set(rows.flatMap((row) => row.recordIds))],
  };
}

/** Once one is late, those that have waited this long go with it: they are of the same outage. */
const joinAfterMs = MINUTE;

/** True for what joins a digest of late INFOs. Where a receiver knows ids, one that may have arrived under its own must stay alone. */
export const mayFold = (row: OutboxRow, how: { mayRepeat: boolean; keyed: boolean; now: number }): boolean =>
  isFoldable(row) && how.now - row.createdAt >= joinAfterMs && !(how.keyed && how.mayRepeat);

function linesOf({ notice }: OutboxRow): BacklogLine[] {
  if (notice.kind === 'backlog') return notice.entries;
  if (notice.kind === 'fold') {
    const { service, at } = notice;
    return notice.lines.map(({ alertType, count, text }) => ({ service, alertType, count, first: at, last: at, text }));
  }
  if (notice.kind !== 'info') return [];
  const { service, alertType, at, text } = notice;
  return [{ service, alertType, count: 1, first: at, last: at, text }];
}

function joined(lines: readonly BacklogLine[]): BacklogLine[] {
  const byType = new Map<string, BacklogLine>();
  for (const line of lines) {
    const key = JSON.stringify([line.service, line.alertType, line.text?.title ?? null]);
    const known = byType.get(key);
    byType.set(
      key,
      known
        ? {
            ...known,
            count: known.count + line.count,
            first: Math.min(known.first, line.first),
            last: Math.max(known.last, line.last),
          }
        : line,
    );
  }
  return [...byType.values()].sort((a, b) => a.first - b.first);
}
