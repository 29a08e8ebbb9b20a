import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { contentHash, sumOfContents } from './store/content-hash.ts';
import type { OracleLine } from './store/oracle-log.ts';

const USAGE = `usage: oracle-main hash DATABASE          prints {file, commit, hash} of its contents, read-only
       oracle-main find ORACLE DATABASE   also says which commit of the writer it equals; exit 1 when none`;

function hashOf(file: string): { file: string; commit: number; hash: string } {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    // One read transaction, so that a database in use is hashed as of one commit.
    db.exec('BEGIN');
    const hash = contentHash(db, sumOfContents(db));
    const commit = Number(db.prepare("SELECT value FROM game_state WHERE key = 'commit'").pluck().get() ?? 0);
    return { file, commit, hash };
  } finally {
    db.close();
  }
}

async function findLine(oracleFile: string, hash: string): Promise<OracleLine | undefined> {
  let found: OracleLine | undefined;
  for await (const text of createInterface({ input: createReadStream(oracleFile) })) {
    if (!text.includes(hash)) continue;
    const line: OracleLine = JSON.parse(text);
    if (line.hash === hash) found = line;
  }
  return found;
}

async function main([command, first, second]: string[]): Promise<number> {
  if (command === 'hash' && first !== undefined) {
    console.log(JSON.stringify(hashOf(first)));
    return 0;
  }
  if (command === 'find' && first !== undefined && second !== undefined) {
    const contents = hashOf(second);
    const line = await findLine(first, contents.hash);
    console.log(JSON.stringify({ ...contents, found: line ?? null }));
    return line === undefined ? 1 : 0;
  }
  console.error(USAGE);
  return 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
