import { AlertRecord } from '@yoban/shared/contracts/alert';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './alert-store.ts';
import { cleanScript, dirtyScript } from './delivery-scripts.ts';

export interface DirtyRecord {
  record: AlertRecord;
  /** Counts every change of the record. */
  rev: string;
}

export interface RecordQueue {
  /** Records whose newest state the bus has not had, the longest waiting first. */
  dirty(limit: number): Promise<DirtyRecord[]>;
  /** The bus has this state; a change since keeps the record in the queue. */
  clean(record: DirtyRecord): Promise<void>;
}

const DirtyReply = z.array(z.tuple([z.string(), z.array(z.string())]));

/** What the read model is still to be told. Written with each decision, so a crash loses nothing. */
export function createRecordQueue(redis: Redis, clock?: Clock): RecordQueue {
  const now = () => clock?.() ?? '';
  return {
    dirty: async (limit) => {
      const reply = DirtyReply.parse(await dirtyScript.run(redis, [limit, now()]));
      return reply.map(([, flat]) => readRecord(flat));
    },
    clean: async ({ record, rev }) => void (await cleanScript.run(redis, [record.id, rev, now()])),
  };
}

function readRecord(flat: readonly string[]): DirtyRecord {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i] ?? '', flat[i + 1] ?? '');
  const notices = [...fields].filter(([name]) => name.startsWith('n:')).map(([, json]) => JSON.parse(json) as unknown);
  const base: unknown = JSON.parse(fields.get('base') ?? '{}');
  const record = AlertRecord.parse(Object.assign({}, base, { notices }));
  record.notices.sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
  return { record, rev: fields.get('rev') ?? '0' };
}
