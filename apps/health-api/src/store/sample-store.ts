import type { Database } from 'better-sqlite3';
import type { Buckets } from '../core/buckets.ts';
import { type SampleKey, sampleSeries } from '../core/series.ts';

/** At most one sample of a series in this time; 48 h of it is 17,280 rows. */
const slotS = 10;

export interface SampleStore {
  /** Keeps the first value of each ten seconds; inside the caller's transaction. */
  add(service: string, key: SampleKey, value: number, now: number): void;
  /** One value a bucket, null = gap. */
  inBuckets(service: string, key: SampleKey, buckets: Buckets): (number | null)[];
  /** How many percent of the samples from `fromMs` to before `toMs` lie below a value; null for none. */
  percentBelow(service: string, key: SampleKey, below: number, time: { fromMs: number; toMs: number }): number | null;
  forgetBefore(epochMs: number): void;
}

export function createSampleStore(db: Database): SampleStore {
  const findSeries = db.prepare<[string, string], { id: number }>(
    'SELECT id FROM series WHERE service = ? AND key = ?',
  );
  const makeSeries = db.prepare('INSERT INTO series (service, key) VALUES (?, ?)');
  const put = db.prepare('INSERT OR IGNORE INTO sample (series_id, ts, value) VALUES (?, ?, ?)');
  const forget = db.prepare('DELETE FROM sample WHERE ts < ?');
  const read = {
    avg: db.prepare(bucketSql('avg')),
    max: db.prepare(bucketSql('max')),
  };
  const share = db.prepare<[number, number, number, number], { percent: number | null }>(
    'SELECT avg(value < ?) * 100 AS percent FROM sample WHERE series_id = ? AND ts >= ? AND ts < ?',
  );
  const ids = new Map<string, number>();
  const lastSlot = new Map<number, number>();
  const seriesId = (service: string, key: string): number | null => {
    const name = `${service}/${key}`;
    const id = ids.get(name) ?? findSeries.get(service, key)?.id ?? null;
    if (id !== null) ids.set(name, id);
    return id;
  };
  return {
    add: (service, key, value, now) => {
      const id = seriesId(service, key) ?? Number(makeSeries.run(service, key).lastInsertRowid);
      const slot = Math.floor(now / 1000 / slotS) * slotS;
      if (lastSlot.get(id) === slot) return;
      put.run(id, slot, value);
      lastSlot.set(id, slot);
    },
    inBuckets: (service, key, buckets) => {
      const values: (number | null)[] = Array.from({ length: buckets.count }, () => null);
      const id = seriesId(service, key);
      if (id === null) return values;
      const bind = { id, from: buckets.fromMs / 1000, step: buckets.stepMs / 1000 };
      for (const row of read[sampleSeries[key]].iterate(bind) as Iterable<{ bucket: number; value: number }>)
        if (row.bucket >= 0 && row.bucket < buckets.count) values[row.bucket] = Math.round(row.value * 100) / 100;
      return values;
    },
    percentBelow: (service, key, below, { fromMs, toMs }) => {
      const id = seriesId(service, key);
      return id === null ? null : (share.get(below, id, fromMs / 1000, toMs / 1000)?.percent ?? null);
    },
    forgetBefore: (epochMs) => void forget.run(Math.floor(epochMs / 1000)),
  };
}

/** Numbers of JavaScript are bound as REAL, and an unrounded division would make a bucket of every sample: hence the casts. */
const bucketSql = (how: 'avg' | 'max'): string => `
  SELECT (ts - CAST(@from AS INTEGER)) / CAST(@step AS INTEGER) AS bucket, ${how}(value) AS value
  FROM sample WHERE series_id = @id AND ts >= @from GROUP BY bucket`;
