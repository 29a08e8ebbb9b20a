import { existsSync } from 'node:fs';
import path from 'node:path';
import { Tier } from '@yoban/shared/contracts/backup';
import { OpsError } from '@yoban/shared/errors';
import { parseBackupName } from '@yoban/sqlite-tools/backup-name';
import { requireOtherFile } from '@yoban/sqlite-tools/candidate-companions';
import type { RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';
import { shortList } from '@yoban/sqlite-tools/select-candidate';
import { agoText } from '../age-text.ts';
import { audited } from '../audited.ts';
import { checkCandidate } from '../check-candidate.ts';
import { type CommandContext, type Given, type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { candidateJson, candidateRow, listBackups } from '../list-backups.ts';
import { type PickedDatabase, pickDatabase } from '../pick-database.ts';
import { pickService } from '../pick-service.ts';
import { refuseFromInside } from '../refuse-from-inside.ts';
import { type HandAction, reportedByHand } from '../reported-by-hand.ts';
import { type ChosenCandidate, chooseCandidate } from '../restore/choose-candidate.ts';
import { type LiveReport, restoreLive } from '../restore/restore-live.ts';
import { restoreToFile } from '../restore/restore-to-file.ts';
import { showWorking } from '../show-working.ts';
import { sizeText } from '../size-text.ts';

/** `restore`: lists the candidates, or brings one back: into the database's place, into another file, or as a rehearsal. */
export const restore: RunCommand = async (context, given) => {
  const { out, words } = context;
  const picked = pickDatabase(context.found().kit, textOption(given, 'db') ?? dbOfFile(context, given), words);
  const candidates = await listBackups(context, picked);
  const chosen = await chooseCandidate(context, given, picked, candidates);
  if (!chosen) return showCandidates(context, picked, candidates);
  await requireOtherFile(chosen.candidate.path, picked.db.path);
  const to = textOption(given, 'to');
  if (to !== undefined) return toFile(context, picked, chosen, to);
  if (given.options.dryRun === true) return rehearse(context, picked, chosen);
  const service = picked.db.service === null ? null : pickService(context.found().kit, picked.db.service, words);
  if (service) refuseFromInside(context, 'restore', service);
  await confirm(context, given, picked, chosen);
  const what = { action: 'restore', target: picked.db.name, details: { file: chosen.candidate.path } } as const;
  const hand: HandAction<LiveReport> = {
    ...{ action: 'restore', service: service?.name ?? picked.db.name, supervisor: service?.supervisor ?? null },
    describe: ({ restoredFrom, setAside, health }) => ({
      ok: health.state !== 'not-healthy',
      detail: `restored from ${restoredFrom}${setAside === null ? '' : `; the old one lies at ${setAside}`}`,
    }),
  };
  const report = await audited(context, what, () =>
    reportedByHand(context, hand, () => restoreLive(context, picked, chosen)),
  );
  out.result(report, () => printReport(report, context));
  return exitCodes.fine;
};

/** A backup named by hand says by its name whose it is. */
function dbOfFile({ found }: CommandContext, given: Given): string | undefined {
  const db = parseBackupName(path.basename(given.args[0] ?? ''))?.db;
  return found().kit.config.databases.find((one) => one.name === db)?.name;
}

function showCandidates(context: CommandContext, { db, backupDir }: PickedDatabase, all: readonly RestoreCandidate[]) {
  const { out, words } = context;
  const candidates = shortList(all).sort((a, b) => tierRank(a.tier) - tierRank(b.tier));
  if (candidates.length === 0) {
    throw new OpsError('BACKUP_NOT_FOUND', words.restore.noCandidates(db.name, backupDir), {
      hint: 'yoban backup now',
    });
  }
  out.result({ db: db.name, candidates: candidates.map((one) => candidateJson(one, db.name)) }, () => {
    out.line(words.restore.candidates(db.name));
    out.table(
      words.backup.head,
      candidates.map((one) => candidateRow(one, db.name, context)),
    );
  });
  return exitCodes.wrongUse;
}

/** The list is told tier by tier; the sort is stable, so each tier stays newest first. */
const tierRank = (tier: RestoreCandidate['tier']): number =>
  tier === null ? Tier.options.length : Tier.options.indexOf(tier);

async function toFile(context: CommandContext, { db }: PickedDatabase, { candidate }: ChosenCandidate, to: string) {
  const { io, out, words } = context;
  const target = path.resolve(io.cwd, to);
  if (existsSync(target)) {
    throw new OpsError('USAGE', words.restore.exists(target), { hint: words.restore.existsHint });
  }
  const { requiredTables } = db;
  const sizeBytes = await showWorking(out, words, () => restoreToFile({ candidate, target, requiredTables }, words));
  out.result({ db: db.name, restoredFrom: candidate.path, target, sizeBytes }, () =>
    out.line(words.restore.written(target, sizeText(sizeBytes))),
  );
  return exitCodes.fine;
}

async function rehearse(context: CommandContext, picked: PickedDatabase, { candidate, next }: ChosenCandidate) {
  const { out, words } = context;
  const { plan } = words.restore;
  const { db } = picked;
  const checked = await showWorking(out, words, () => checkCandidate(candidate, picked));
  if (checked.state === 'bad') throw await badCandidate(checked.detail, picked, next);
  const wouldDo = [
    ...(db.service ? [plan.stop(db.service)] : []),
    plan.aside(db.path),
    plan.place(db.path),
    ...(db.service ? [plan.start(db.service)] : []),
  ];
  const sizeBytes = checked.databaseBytes;
  const result = { dryRun: true, db: db.name, restoredFrom: candidate.path, target: db.path, sizeBytes, wouldDo };
  out.result(result, () => {
    out.line(plan.good(candidate.path));
    for (const line of wouldDo) out.line(`  ${line}`);
    out.line(plan.nothing);
  });
  return exitCodes.fine;
}

async function badCandidate(why: string, picked: PickedDatabase, next: readonly RestoreCandidate[]) {
  for (const other of next) {
    if ((await checkCandidate(other, picked)).state === 'bad') continue;
    return new OpsError('RESTORE_CANDIDATE_BAD', `${why}; the next good one is ${other.path}`, {
      hint: `yoban restore ${other.path}`,
      fields: { nextGood: other.path },
    });
  }
  return new OpsError('RESTORE_CANDIDATE_BAD', why, { fields: { nextGood: null } });
}

async function confirm(context: CommandContext, given: Given, { db }: PickedDatabase, { candidate }: ChosenCandidate) {
  const { io, out, words } = context;
  out.note(words.restore.chosen(candidate.path, agoText(candidate.takenAtMs, io.now(), words)));
  if (given.options.yes === true) return;
  if (!io.interactive) throw new OpsError('RESTORE_NEEDS_CONFIRMATION', words.restore.needsYes(db.name));
  const answer = await io.ask(words.restore.question(db.name, db.path, db.service));
  if (!/^(y|yes|はい)$/i.test(answer.trim())) {
    throw new OpsError('RESTORE_NEEDS_CONFIRMATION', words.restore.refused);
  }
}

function printReport(report: LiveReport, { out, words }: CommandContext): void {
  const seconds = (report.totalMs / 1_000).toFixed(1);
  out.line(words.restore.done(report.db, seconds));
  for (const { step, durationMs } of report.steps) out.line(`  ${durationMs} ms  ${words.restore.steps[step]}`);
  if (report.setAside) out.line(words.restore.aside(report.setAside));
  if (report.health.state === 'no-service') out.line(words.restore.noService);
  else {
    out.line(words.restore.pids(String(report.pidBefore ?? '-'), String(report.pidAfter ?? '-')));
    out.line(words.restore.healthy);
  }
}
