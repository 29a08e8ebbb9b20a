import { randomUUID } from 'node:crypto';
import { DAY } from '@yoban/shared/contracts/time';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { isLate } from '../core/late.ts';
import { collapsed, folded, foldMax, isBeginning, mayFold } from '../core/merge-late.ts';
import { noticeState, type OutboxRow } from '../core/notice.ts';
import type { Clock } from './alert-store.ts';
import { StoredRow } from './end-row.ts';
import { behindScript, collapseScript, foldScript, gatherScript } from './merge-scripts.ts';
import type { Claimed } from './outbox.ts';

export interface LateRows {
  /**
   * Makes a claimed row that is late one with others of its channel, where that is right. True when it did: the row is merged,
   * and what says it now is claimed like any other. Each merge is written whole or not at all, before anything of it is sent.
   */
  merge(claimed: Claimed, how: { keyed: boolean; lateMs: number }): Promise<boolean>;
}

const keptMs = DAY;
/** How far behind a row its recovery is looked for. */
const behindMax = 100;

const Behind = z.array(z.tuple([z.string(), z.string()]));
const Gathered = z.array(z.tuple([z.string(), z.coerce.number(), z.string(), z.string()]));

interface Member {
  row: OutboxRow;
  raw: string;
  token: string;
  attempts: number;
  mayRepeat: boolean;
}

/** What becomes of notices that could not be delivered for long. */
export function createLateRows(redis: Redis, clock?: Clock): LateRows {
  const now = () => clock?.() ?? '';

  const collapse = async ({ row, raw, token, attempts, now: at }: Claimed): Promise<boolean> => {
    const behind = Behind.parse(await behindScript.run(redis, [row.nid, behindMax, now()]));
    const rows = behind.flatMap(([, text]) => readable(text));
    const made = collapsed(
      row,
      rows.map((one) => one.row),
    );
    const known = rows.find((one) => one.row.nid === made?.over.nid);
    if (made === null || known === undefined) return false;
    const between = made.between.map(
      (one): Member => ({ row: one, raw: '', token: '', attempts: 0, mayRepeat: false }),
    );
    const members = [{ row, raw, token, attempts, mayRepeat: false }, ...between];
    const told = JSON.stringify(members.map(mergedInto(made.over.nid, at())));
    const args = [told, made.over.nid, known.raw, JSON.stringify(made.over), keptMs, now()];
    return (await collapseScript.run(redis, args)) === 1;
  };
  const fold = async (claimed: Claimed, keyed: boolean): Promise<boolean> => {
    const { row, raw, token, attempts, mayRepeat } = claimed;
    const at = claimed.now();
    const gathered = Gathered.parse(await gatherScript.run(redis, [row.channel, row.nid, foldMax - 1, now()]));
    const others = gathered.flatMap(([tok, tries, maybe, text]): Member[] =>
      readable(text).map((one) => ({ ...one, token: tok, attempts: tries, mayRepeat: maybe === '1' })),
    );
    const members = [{ row, raw, token, attempts, mayRepeat }, ...others.filter(canFold(keyed, at))].sort(byAge);
    const nid = `backlog:${row.channel}:${randomUUID()}`;
    const made = folded(
      members.map((one) => one.row),
      nid,
      at,
    );
    if (made === null) return false;
    return (await foldScript.run(redis, foldArgs(made, members, at, now()))) === 1;
  };
  return {
    merge: async (claimed, { keyed, lateMs }) => {
      const { row, mayRepeat } = claimed;
      const at = claimed.now();
      if (!isLate(at - row.createdAt, lateMs)) return false;
      if (isBeginning(row)) return collapse(claimed);
      return mayFold(row, { mayRepeat, keyed, now: at }) ? fold(claimed, keyed) : false;
    },
  };
}

/** None for one that nobody can read: it is set aside when its turn comes. */
function readable(raw: string): { row: OutboxRow; raw: string }[] {
  const parsed = StoredRow.safeParse(raw);
  return parsed.success ? [{ row: parsed.data, raw }] : [];
}

const canFold =
  (keyed: boolean, now: number) =>
  ({ row, mayRepeat }: Member): boolean =>
    mayFold(row, { mayRepeat, keyed, now });

const byAge = (a: Member, b: Member): number => a.row.createdAt - b.row.createdAt;

/** A member as the scripts read it. */
const mergedInto =
  (into: string, at: number) =>
  ({ row, raw, token, attempts }: Member) => ({
    nid: row.nid,
    tok: token,
    row: raw,
    notice: JSON.stringify(noticeState(row, { state: 'merged', attempts, at, mergedInto: into })),
    ids: row.recordIds,
  });

function foldArgs(made: OutboxRow, members: readonly Member[], at: number, now: number | string): (string | number)[] {
  const told = members.map(mergedInto(made.nid, at));
  const mayRepeat = members.some((one) => one.mayRepeat);
  return [
    made.nid,
    `${made.channel}:${made.priority}`,
    JSON.stringify(made),
    mayRepeat ? '1' : '',
    keptMs,
    JSON.stringify(told),
    JSON.stringify(noticeState(made, { state: 'pending', attempts: 0, at })),
    JSON.stringify(made.recordIds),
    now,
  ];
}
