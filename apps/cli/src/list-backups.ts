import { openCatalogIfThere } from '@yoban/host-tools/restore/open-catalog-if-there';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';
import type { RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';
import { restoreCandidates } from '@yoban/sqlite-tools/restore-candidates';
import { agoText } from './age-text.ts';
import type { CommandContext } from './command.ts';
import type { Cell } from './output.ts';
import type { PickedDatabase } from './pick-database.ts';
import { sizeText } from './size-text.ts';

/** Every file that could bring the database back, newest first; a damaged catalog is said on stderr. */
export async function listBackups(
  { out, words }: Pick<CommandContext, 'out' | 'words'>,
  { db, backupDir }: PickedDatabase,
): Promise<RestoreCandidate[]> {
  const catalog = openCatalogIfThere(backupDir, (detail) => out.note(words.backup.noCatalog(detail)));
  try {
    return await restoreCandidates(catalog, backupDir, db.name);
  } finally {
    catalog?.close();
  }
}

/** The wire form of a candidate. */
export const candidateJson = ({ takenAtMs, ...candidate }: RestoreCandidate, db: string) => ({
  db,
  takenAt: new Date(takenAtMs).toISOString(),
  ...candidate,
});

/** A row under `words.backup.head`. */
export function candidateRow(candidate: RestoreCandidate, db: string, { io, words, found }: CommandContext): Cell[] {
  const { takenAtMs, tier, sizeBytes, state, path } = candidate;
  const zone = found().kit.displayZone;
  const takenAt = `${zoneDateTime(takenAtMs, zone)} ${zoneName(takenAtMs, zone)}`;
  return [
    db,
    tier,
    takenAt,
    agoText(takenAtMs, io.now(), words),
    sizeText(sizeBytes),
    words.backup.states[state],
    path,
  ];
}
