import { Tier } from '@yoban/shared/contracts/backup';
import type { RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';
import { type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { candidateJson, candidateRow, listBackups } from '../list-backups.ts';
import { pickDatabases } from '../pick-database.ts';
import { sizeText } from '../size-text.ts';

/** `backup list`: what lies in the backup folders, with bytes per tier and in all (B5). */
export const backupList: RunCommand = async (context, given) => {
  const { out, words } = context;
  const picked = pickDatabases(context.found().kit, textOption(given, 'db'), words);
  const entries: { db: string; candidate: RestoreCandidate }[] = [];
  for (const one of picked) {
    for (const candidate of await listBackups(context, one)) entries.push({ db: one.db.name, candidate });
  }
  const bytesIn = (tier: Tier) =>
    entries.reduce((sum, { candidate }) => sum + (candidate.tier === tier ? candidate.sizeBytes : 0), 0);
  const bytesByTier = Object.fromEntries(Tier.options.map((tier) => [tier, bytesIn(tier)]));
  const totalBytes = Object.values(bytesByTier).reduce((sum, bytes) => sum + bytes, 0);
  const files = entries.map(({ db, candidate }) => candidateJson(candidate, db));
  out.result({ files, bytesByTier, totalBytes }, () => {
    if (entries.length === 0) {
      for (const folder of new Set(picked.map(({ backupDir }) => backupDir))) out.line(words.backup.none(folder));
      return;
    }
    out.table(
      words.backup.head,
      entries.map(({ db, candidate }) => candidateRow(candidate, db, context)),
    );
    const tiers = Tier.options.map((tier) => `${tier} ${sizeText(bytesByTier[tier] ?? 0)}`).join(', ');
    out.line(words.backup.sums(tiers, sizeText(totalBytes)));
  });
  return exitCodes.fine;
};
