import type { BackupFile, BackupRun, Tier } from '@yoban/shared/contracts/backup';
import { type ErrorCode, errorCatalog } from '@yoban/shared/error-catalog';
import { OpsError } from '@yoban/shared/errors';
import { askWorker } from '../ask-worker.ts';
import { type CommandContext, type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { type PickedDatabase, parseTier, pickDatabases } from '../pick-database.ts';
import { showWorking } from '../show-working.ts';
import { sizeText } from '../size-text.ts';
import { takeDirect } from '../take-direct.ts';

/** `backup now`: by the worker where it is there, else by this process. Without `--db` every database gets one. */
export const backupNow: RunCommand = async (context, given) => {
  const { io, out, words } = context;
  const tier = parseTier(textOption(given, 'tier'), words);
  const picked = pickDatabases(context.found().kit, textOption(given, 'db'), words);
  const files: BackupFile[] = [];
  io.deferEnd();
  for (const one of picked) files.push(fileOf(await showWorking(out, words, () => take(context, one, tier))));
  const [file] = files;
  out.result({ file, ...(files.length > 1 && { files }) }, () => {
    for (const one of files) {
      out.line(words.backup.done(one.db, one.tier, sizeText(one.sizeBytes), (one.durationMs / 1_000).toFixed(1)));
      out.line(`${words.backup.path}: ${one.path}`);
      out.line(`sha256: ${one.sha256}`);
    }
  });
  return exitCodes.fine;
};

async function take({ io, out, words, found }: CommandContext, picked: PickedDatabase, tier: Tier): Promise<BackupRun> {
  const { signal, now } = io;
  const onAsked = () => out.note(words.backup.viaWorker);
  const answer = await askWorker(found(), { db: picked.db.name, tier }, { signal, now, onAsked });
  if (answer.answered) return answer.run;
  out.note(words.backup.direct(words.backup[answer.reason]));
  return takeDirect(found().kit, picked, { tier, signal, now });
}

function fileOf(run: BackupRun): BackupFile {
  if (run.state === 'ok') return run.file;
  const fields = { db: run.db, tier: run.tier };
  const code: ErrorCode = isErrorCode(run.code) ? run.code : 'BACKUP_FAILED';
  throw new OpsError(code, run.message, { hint: run.hint, fields });
}

const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(errorCatalog, text);
