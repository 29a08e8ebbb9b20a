import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer } from '@yoban/shared/bus/producer';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import { createLogger } from '@yoban/shared/logger';
import type { RestoreReport } from '@yoban/sqlite-tools/restore';
import type { CommandContext } from '../command.ts';
import type { PickedDatabase } from '../pick-database.ts';

/** Sends INFO "Restore OK". The restore is done and stays done without it, so a bus that is away is only said on stderr. */
export async function tellRestored(
  { io, out, words, found }: CommandContext,
  { db }: PickedDatabase,
  { from, totalMs }: Pick<RestoreReport, 'from' | 'totalMs'>,
): Promise<boolean> {
  const { redisUrl } = found().kit.env;
  if (!redisUrl) {
    out.note(words.restore.notTold);
    return false;
  }
  const producer = createProducer(parseRedisUrl(redisUrl), createLogger('cli', 'silent'));
  const id = `restore-${randomUUID()}`;
  try {
    await producer.add('alertEvent', id, {
      ...{ id, kind: 'info', level: 'info', alertType: 'restore_ok', lastError: null, incidentId: null },
      service: db.service ?? db.name,
      at: isoTime(io.now()),
      params: { db: db.name, file: path.basename(from), seconds: totalMs / 1_000 },
    });
    return true;
  } catch (error) {
    if (asOpsError(error).code !== 'BUS_UNAVAILABLE') throw error;
    out.note(words.restore.notTold);
    return false;
  } finally {
    await producer.close();
  }
}
