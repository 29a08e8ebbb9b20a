import { stat } from 'node:fs/promises';
import type { DatabaseConfig } from '@yoban/shared/config/kit-config';
import { hasErrno } from '@yoban/shared/errors';
import { putFact } from '@yoban/shared/facts/fact-outbox';
import type { Log } from '@yoban/shared/logger';
import { snapshotLimits } from '@yoban/sqlite-tools/snapshot';
import type { Database } from 'better-sqlite3';
import { tellWal } from '../core/large-wal.ts';

interface LookDeps {
  /** The catalog, whose owner the worker is. */
  catalog: Database;
  log: Log;
  /** Epoch ms. */
  now: () => number;
}

/** B2: a log that grows without bound is told, never truncated; its own application's checkpoints must do that. */
export async function lookAtWal(db: DatabaseConfig, { catalog, log, now }: LookDeps): Promise<void> {
  const service = db.service ?? db.name;
  const sizeBytes = await walBytes(db.path);
  const limitBytes = snapshotLimits.walGrowthBytes;
  if (sizeBytes > limitBytes) log.warn({ event: 'backup.wal_large', db: db.name, walBytes: sizeBytes, limitBytes });
  catalog
    .transaction(() => {
      const before = catalog
        .prepare<[string], string>('SELECT db FROM worker_large_wal WHERE service = ?')
        .pluck()
        .all(service);
      const { large, event } = tellWal({ db: db.name, service, sizeBytes, limitBytes, now: now() }, before);
      catalog.prepare('DELETE FROM worker_large_wal WHERE service = ?').run(service);
      for (const name of large) catalog.prepare('INSERT INTO worker_large_wal VALUES (?, ?)').run(service, name);
      if (event) putFact(catalog, 'alertEvent', event.id, event);
    })
    .immediate();
}

async function walBytes(database: string): Promise<number> {
  try {
    return (await stat(`${database}-wal`)).size;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return 0;
    throw error;
  }
}
