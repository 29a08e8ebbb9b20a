import type { Redis } from 'ioredis';
import { createRowEnd, StoredRow } from './end-row.ts';
import { keyPrefix } from './lua-script.ts';

export interface OrphanRows {
  /** Channels that rows wait for, configured or not. */
  channels(): Promise<string[]>;
  /** Ends every row of a channel that is no longer configured as dead; resolves to how many. */
  endAll(channel: string): Promise<number>;
}

const dueKeys = `${keyPrefix}due:`;
const batch = '99';

export function createOrphanRows(redis: Redis): OrphanRows {
  const end = createRowEnd(redis);
  const endOne = async (channel: string, due: string, nid: string): Promise<boolean> => {
    const [st, token, raw, attempts] = await redis.hmget(`${keyPrefix}out:${nid}`, 'st', 'tok', 'row', 'att');
    if (st !== 'pending' || token === null || token === undefined) {
      await redis.zrem(due, nid);
      return false;
    }
    const row = StoredRow.safeParse(raw);
    const at = Date.now();
    if (!row.success) return end.unreadable(channel, nid, token, at);
    const how = { token, attempts: Number(attempts), at, lastError: 'channel_removed' };
    return end.readable(row.data, 'dead', how);
  };
  const endPriority = async (channel: string, priority: number): Promise<number> => {
    const due = `${dueKeys}${channel}:${priority}`;
    let ended = 0;
    // The end of one row puts the one behind it here, so this looks again until nothing is left.
    for (let nids = await redis.zrange(due, '0', batch); nids.length > 0; nids = await redis.zrange(due, '0', batch)) {
      for (const nid of nids) ended += (await endOne(channel, due, nid)) ? 1 : 0;
    }
    return ended;
  };
  return {
    channels: async () => {
      const found = new Set<string>();
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', `${dueKeys}*`, 'COUNT', 1_000);
        for (const key of keys) found.add(key.slice(dueKeys.length, key.lastIndexOf(':')));
        cursor = next;
      } while (cursor !== '0');
      return [...found];
    },
    endAll: async (channel) => {
      let ended = 0;
      for (const priority of [1, 2, 3]) ended += await endPriority(channel, priority);
      return ended;
    },
  };
}
