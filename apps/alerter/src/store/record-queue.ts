import { AlertRecord } from '@yoban/shared/contracts/alert';
import { jsonText } from '@yoban/shared/contracts/json-text';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from './alert-store.ts';
import { cleanScript, dirtyScript, dropRecordScript } from './delivery-scripts.ts';
import type { SetAside } from './set-aside.ts';

export interface DirtyRecord {
  record: AlertRecord;
  /** Counts every change of the record. */
  rev: string;
}

export interface RecordQueue {
  /** Records whose newest state the bus has not had, the longest waiting first. */
  dirty(limit: number): Promise<DirtyRecord[]>;
  /** The bus has these states; a change since keeps a record in the queue. */
  clean(records: readonly DirtyRecord[]): Promise<void>;
}

const DirtyReply = z.array(z.tuple([z.string(), z.array(z.string())]));

/** What the read model is still to be told. Written with each decision, so a crash loses nothing. */
export function createRecordQueue(redis: Redis, setAside: SetAside, clock?: Clock): RecordQueue {
  const now = () => clock?.() ?? '';
  const drop = async (id: string, rev: string, flat: readonly string[], error: z.ZodError) => {
    await setAside({ kind: 'record', id, raw: JSON.stringify(flat), error });
    await dropRecordScript.run(redis, [id, rev, now()]);
  };
  return {
    dirty: async (limit) => {
      for (;;) {
        const reply = DirtyReply.parse(await dirtyScript.run(redis, [limit, now()]));
        const found: DirtyRecord[] = [];
        for (const [id, flat] of reply) {
          const { record, rev } = readRecord(flat);
          if (record.success) found.push({ record: inOrder(record.data), rev });
          else await drop(id, rev, flat, record.error);
        }
        if (found.length > 0 || reply.length === 0) return found;
      }
    },
    clean: async (records) => {
      const known = records.flatMap(({ record, rev }) => [record.id, rev]);
      await cleanScript.run(redis, [...known, now()]);
    },
  };
}

const Base = jsonText(AlertRecord.omit({ notices: true }));
const Notices = z.array(jsonText(AlertRecord.shape.notices.element));
const StoredRecord = z
  .object({ base: Base, notices: Notices })
  .transform(({ base, notices }): AlertRecord => ({ ...base, notices }));

function readRecord(flat: readonly string[]) {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(flat[i] ?? '', flat[i + 1] ?? '');
  const notices = [...fields].filter(([name]) => name.startsWith('n:')).map(([, json]) => json);
  return { record: StoredRecord.safeParse({ base: fields.get('base'), notices }), rev: fields.get('rev') ?? '0' };
}

function inOrder(record: AlertRecord): AlertRecord {
  record.notices.sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
  return record;
}
