// One backup run into a folder on a small disk that somebody else fills at a labelled step. Says the outcome as JSON on stdout.
import { closeSync, ftruncateSync, openSync, readdirSync, writeSync } from 'node:fs';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { openCatalog } from '../../src/catalog.ts';
import { type BackupStep, takeBackup } from '../../src/take-backup.ts';

const [db = '', backupDir = '', fillAt = '', tier = ''] = process.argv.slice(2);
const leftBytes = 512 * 1024;

function fillDisk(): void {
  const filler = openSync(path.join(backupDir, 'filler'), 'w');
  const block = Buffer.alloc(64 * 1024, 1);
  let size = 0;
  try {
    for (;;) size += writeSync(filler, block);
  } catch (error) {
    if (!hasErrno(error, 'ENOSPC')) throw error;
  }
  ftruncateSync(filler, size - leftBytes);
  closeSync(filler);
}

const catalog = openCatalog(backupDir);
const run = (dueAtMs: number, onStep: (step: BackupStep) => void) =>
  takeBackup(
    {
      db: { name: 'game', path: db, requiredTables: ['t'] },
      tier: tier === 'weekly' ? 'weekly' : 'hourly',
      rotation: { keep: 5, keepForMs: 3_600_000 },
      gzip: tier === 'weekly',
      dueAtMs,
      trigger: 'schedule',
    },
    {
      catalog,
      backupDir,
      locksDir: path.join(backupDir, 'locks'),
      zone: 'UTC',
      now: () => dueAtMs + 1_000,
      record: () => undefined,
      onStep,
    },
  );
const first = await run(Date.UTC(2026, 2, 11, 6), () => undefined);
const second = await run(Date.UTC(2026, 2, 11, 9), (step) => {
  if (step === fillAt) fillDisk();
});
console.log(
  JSON.stringify({
    first: first.outcome,
    second: second.outcome === 'failed' ? second.error.code : second.outcome,
    names: readdirSync(path.join(backupDir, tier)).filter((name) => name !== 'SHA256SUMS'),
    files: catalog.files().length,
    unfinished: catalog.unfinishedRuns().length,
  }),
);
catalog.close();
