import { guardService, type ServiceGuard } from '@yoban/host-tools/restore/guard-service';
import { processIdentity } from '@yoban/host-tools/restore/process-identity';
import { asOpsError } from '@yoban/shared/errors';
import type { CommandContext } from '../command.ts';
import type { PickedDatabase } from '../pick-database.ts';
import { pickService } from '../pick-service.ts';

/**
 * The service to stop and start around a restore of this database; null where none is configured, or where its supervisor does
 * not run or does not know it (the kit is stopped). That is safe: the restore itself refuses while anybody has the file open.
 * @throws OpsError SUPERVISOR_UNAVAILABLE when a `yoban run` or a container engine is there and cannot be asked: its app may run in
 * another container, where nobody here sees which files it has open.
 */
export async function findGuard(context: CommandContext, { db }: PickedDatabase): Promise<ServiceGuard | null> {
  if (db.service === null) return null;
  const { io, out, words, found } = context;
  const { kit } = found();
  const { name, config, supervisor } = pickService(kit, db.service, words);
  if (supervisor.kind === 'none') {
    out.note(words.restore.unsupervised(name, 'supervisor: none'));
    return null;
  }
  try {
    await supervisor.describe();
    const before = await processIdentity(supervisor);
    return guardService(
      { name, config, supervisor, dbPath: db.path, announce: { runDir: kit.paths.run, actor: 'cli' }, now: io.now },
      before,
    );
  } catch (error) {
    const { code, message, fields } = asOpsError(error);
    const isSafe = supervisor.kind === 'pm2' || fields.reach === 'gone';
    if (code !== 'SUPERVISOR_UNAVAILABLE' || !isSafe) throw error;
    out.note(words.restore.unsupervised(name, message));
    return null;
  }
}
