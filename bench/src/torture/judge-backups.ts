import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openCatalog } from '@yoban/sqlite-tools/catalog';
import Database from 'better-sqlite3';
import { readMoment } from './content-hash.ts';

const backupName = /^[A-Za-z0-9-]+_(hourly|daily|weekly)_\d{8}_\d{6}\.sqlite(\.gz)?$/;

export interface Judgement {
  judged: number;
  faults: string[];
}

/** The commits that writers say they made: n → every hash recorded for it (a commit that failed leaves one that never shows). */
function readOracle(file: string): Map<number, Set<string>> {
  const moments = new Map<number, Set<string>>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const [n = '', hash = ''] = line.split(' ');
    const known = moments.get(Number(n)) ?? new Set();
    moments.set(Number(n), known.add(hash));
  }
  return moments;
}

/** Every file below `backupDir` whose name is a backup's: sound, one committed moment, and as its catalog row says. */
export function judgeBackups(options: {
  backupDir: string;
  scratch: string;
  oracleOf: (db: string) => string;
  seen: Set<string>;
}): Judgement {
  const faults: string[] = [];
  let judged = 0;
  for (const file of backupFiles(options.backupDir)) {
    if (options.seen.has(file)) continue;
    options.seen.add(file);
    judged += 1;
    const db = path.basename(file).split('_')[0] ?? '';
    const fault = judgeOne(file, options.scratch, readOracle(options.oracleOf(db)));
    if (fault) faults.push(`${path.basename(file)}: ${fault}`);
  }
  return { judged, faults };
}

/** After the last run: what the catalog offers must lie there with the bytes it names. */
export function judgeCatalog(backupDir: string): string[] {
  const catalog = openCatalog(backupDir);
  const offered = catalog.files({ states: ['good'] });
  catalog.close();
  return offered.flatMap((row) => {
    if (!existsSync(row.path)) return [`${path.basename(row.path)}: offered by the catalog, but not there`];
    const sha256 = createHash('sha256').update(readFileSync(row.path)).digest('hex');
    return sha256 === row.sha256 ? [] : [`${path.basename(row.path)}: other bytes than the catalog's hash`];
  });
}

function backupFiles(backupDir: string): string[] {
  const tiers = ['hourly', 'daily', 'weekly']
    .map((tier) => path.join(backupDir, tier))
    .filter((dir) => existsSync(dir));
  return tiers.flatMap((dir) =>
    readdirSync(dir)
      .filter((name) => backupName.test(name))
      .map((name) => path.join(dir, name)),
  );
}

/** Opens a copy, as a person would with sqlite3 alone, so that judging never changes what is judged. */
function judgeOne(file: string, scratch: string, oracle: Map<number, Set<string>>): string | null {
  const copy = path.join(scratch, 'judged.sqlite');
  let db: Database.Database | undefined;
  try {
    if (file.endsWith('.gz')) writeFileSync(copy, gunzipSync(readFileSync(file)));
    else copyFileSync(file, copy);
    db = new Database(copy, { readonly: true });
    const integrity = db.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') return `integrity check says ${String(integrity).split('\n').slice(0, 2).join(' ')}`;
    const moment = readMoment(db);
    return oracle.get(moment.n)?.has(moment.hash) ? null : `content is not that of commit ${moment.n}`;
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    db?.close();
  }
}
