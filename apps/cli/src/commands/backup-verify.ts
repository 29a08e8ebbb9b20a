import path from 'node:path';
import { openCatalogIfThere } from '@yoban/host-tools/restore/open-catalog-if-there';
import { OpsError } from '@yoban/shared/errors';
import { parseBackupName } from '@yoban/sqlite-tools/backup-name';
import type { RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';
import { checkCandidate } from '../check-candidate.ts';
import { type CommandContext, type Given, type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { findCandidate } from '../find-candidate.ts';
import { listBackups } from '../list-backups.ts';
import { type PickedDatabase, pickDatabase, pickDatabases } from '../pick-database.ts';
import { showWorking } from '../show-working.ts';

interface Wanted {
  picked: PickedDatabase;
  candidate: RestoreCandidate;
}

/** `backup verify [FILE|--all]`: without either, the newest backup of each database. What it finds goes into the catalog. */
export const backupVerify: RunCommand = async (context, given) => {
  const { out, words } = context;
  const wanted = await pickWanted(context, given);
  const results = await showWorking(out, words, async () => {
    const done = [];
    for (const { picked, candidate } of wanted) {
      const checked = await checkCandidate(candidate, picked);
      note(context, picked, { candidate, good: checked.state === 'good' });
      const why = checked.state === 'good' ? null : checked.detail;
      done.push({ db: picked.db.name, path: candidate.path, state: checked.state, why });
    }
    return done;
  });
  const bad = results.filter(({ state }) => state === 'bad').length;
  out.result({ files: results, bad }, () => {
    for (const { path: file, why } of results) {
      out.line(why === null ? words.backup.checkedGood(file) : words.backup.checkedBad(file, withoutPath(why, file)));
    }
  });
  if (bad === 0) return exitCodes.fine;
  if (!out.json)
    out.problem(
      new OpsError('BACKUP_VERIFY_FAILED', words.backup.badFound(bad, results.length), { hint: words.backup.badHint }),
    );
  return exitCodes.foundProblem;
};

/** The line begins with the path already. */
const withoutPath = (why: string, file: string): string =>
  why.startsWith(`${file} `) ? why.slice(file.length + 1) : why;

async function pickWanted(context: CommandContext, given: Given): Promise<Wanted[]> {
  const { io, words, found } = context;
  const [name] = given.args;
  const dbName = textOption(given, 'db');
  if (name !== undefined && given.options.all) {
    throw new OpsError('USAGE', words.usage.nothingWith('FILE', '--all'), {
      hint: words.usage.seeHelp('yoban backup verify'),
    });
  }
  if (name !== undefined) {
    const picked = pickDatabase(found().kit, dbName ?? dbOfName(name, context), words);
    return [{ picked, candidate: await findCandidate(name, io.cwd, await listBackups(context, picked)) }];
  }
  const wanted: Wanted[] = [];
  for (const picked of pickDatabases(found().kit, dbName, words)) {
    const candidates = await listBackups(context, picked);
    const some = given.options.all ? candidates : candidates.slice(0, 1);
    wanted.push(...some.map((candidate) => ({ picked, candidate })));
  }
  return wanted;
}

/** A backup says by its name whose it is. */
function dbOfName(name: string, { found }: CommandContext): string | undefined {
  const db = parseBackupName(path.basename(name))?.db;
  return found().kit.config.databases.find((one) => one.name === db)?.name;
}

function note(
  { io, out, words }: CommandContext,
  { backupDir }: PickedDatabase,
  { candidate, good }: { candidate: RestoreCandidate; good: boolean },
): void {
  const catalog = openCatalogIfThere(backupDir, (detail) => out.note(words.backup.noCatalog(detail)));
  try {
    const file = catalog?.fileAt(candidate.path);
    if (!file) return;
    if (good) catalog?.setVerified(file.id, io.now());
    else catalog?.setFileState(file.id, 'bad');
  } finally {
    catalog?.close();
  }
}
