import { createHash } from 'node:crypto';
import type { Fact } from '@yoban/shared/contracts/fact';
import { isoTime } from '@yoban/shared/contracts/time';
import type { DirtyRecord } from '../store/record-queue.ts';

/** A fact on its way to the bus, with its job's deterministic id. */
interface NamedFact {
  jobId: string;
  payload: Fact;
}

/** What the read model is told of records that changed: of one by itself, of several at once. `at` is epoch ms. */
export function recordFact(dirty: readonly DirtyRecord[], at: number): NamedFact | null {
  const alerts = dirty.map(({ record, rev }) => ({ id: `${record.id}-v${rev}`, alert: record }));
  const [first] = alerts;
  if (first === undefined) return null;
  if (alerts.length === 1) return { jobId: `alert-${first.id}`, payload: { type: 'alert', at: isoTime(at), ...first } };
  const hash = createHash('sha256');
  for (const { id } of alerts) hash.update(id).update('\n');
  const id = hash.digest('hex').slice(0, 40);
  return { jobId: `alerts-${id}`, payload: { type: 'alerts', id, at: isoTime(at), alerts } };
}
