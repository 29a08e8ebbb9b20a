import { backupDirOf, type DatabaseConfig, type KitConfig } from '@yoban/shared/config/kit-config';
import { Tier } from '@yoban/shared/contracts/backup';
import { OpsError } from '@yoban/shared/errors';
import type { Words } from './words/words.ts';

export interface PickedDatabase {
  db: DatabaseConfig;
  /** Absolute. */
  backupDir: string;
}

/**
 * The databases a command means: the one named, else all of them.
 * @throws OpsError DB_UNKNOWN
 */
export function pickDatabases(kit: KitConfig, name: string | undefined, words: Words): PickedDatabase[] {
  const all = kit.config.databases;
  const names = all.map((db) => db.name).join(', ');
  if (all.length === 0) throw new OpsError('DB_UNKNOWN', words.usage.noDb);
  const wanted = name === undefined ? all : all.filter((db) => db.name === name);
  if (wanted.length === 0) {
    throw new OpsError('DB_UNKNOWN', words.usage.unknownDb(name ?? '', names), { fields: { db: name } });
  }
  return wanted.map((db) => ({ db, backupDir: backupDirOf(kit, db) }));
}

/**
 * The one database a command means; where there are several, it must be named.
 * @throws OpsError DB_UNKNOWN, USAGE
 */
export function pickDatabase(kit: KitConfig, name: string | undefined, words: Words): PickedDatabase {
  const picked = pickDatabases(kit, name, words);
  const [only] = picked;
  if (only && picked.length === 1) return only;
  const names = picked.map(({ db }) => db.name).join(', ');
  throw new OpsError('USAGE', words.usage.nameDb(names), { hint: words.usage.nameDbHint });
}

/** @throws OpsError USAGE */
export function parseTier(text: string | undefined, words: Words): Tier {
  if (text === undefined) return 'hourly';
  const tier = Tier.safeParse(text);
  if (tier.success) return tier.data;
  throw new OpsError('USAGE', words.usage.badTier(text), { hint: words.usage.tiers });
}
