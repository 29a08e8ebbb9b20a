// One backup run that is killed at a labelled step, or sabotaged, or left in peace. Its request is the JSON of its argument; it
// ends with the run's outcome as JSON on stdout.
import { copyFileSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { openCatalog } from '@yoban/sqlite-tools/catalog';
import { type BackupStep, takeBackup } from '@yoban/sqlite-tools/take-backup';
import type { Sabotage, VictimRequest } from './victim-request.ts';

const request = JSON.parse(process.argv[2] ?? '{}') as VictimRequest;
const folder = path.join(request.backupDir, request.tier);

const unfinished = (): string | undefined =>
  readdirSync(folder)
    .filter((name) => /^\.yoban-.*\.tmp$/.test(name))
    .map((name) => path.join(folder, name))[0];

/** Changes bytes in the middle of a copy, as a disk would. */
function damage(file: string): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(3_000, 0x5a), 0, 3_000, Math.floor(statSync(file).size / 2));
}

/** Each breaks one safeguard from outside; the judge must then find a file that is not one committed moment. */
const sabotages: Record<Sabotage, (step: BackupStep) => void> = {
  'copy-without-snapshot': (step) => {
    const temp = unfinished();
    if (step === 'verified' && temp) copyFileSync(request.dbPath, temp);
  },
  'name-before-verify': (step) => {
    const temp = unfinished();
    if (step === 'pinned' && temp)
      copyFileSync(temp, path.join(folder, `${request.db}_${request.tier}_20200101_000000.sqlite`));
  },
  'skip-verify': (step) => {
    const temp = unfinished();
    if (step === 'verified' && temp) damage(temp);
  },
};

const catalog = openCatalog(request.backupDir);
const result = await takeBackup(
  {
    db: { name: request.db, path: request.dbPath, requiredTables: ['item', 'commit_counter'] },
    tier: request.tier,
    rotation: { keep: 1_000, keepForMs: 3_600_000 },
    gzip: request.tier === 'weekly',
    dueAtMs: null,
    trigger: 'manual',
  },
  {
    catalog,
    backupDir: request.backupDir,
    locksDir: request.locksDir,
    zone: 'UTC',
    now: () => Date.now(),
    record: () => undefined,
    onStep: (step) => {
      if (request.sabotage) sabotages[request.sabotage](step);
      if (request.damageCopy && step === 'copied') {
        const temp = unfinished();
        if (temp) damage(temp);
      }
      if (step === request.killAt) process.kill(process.pid, 'SIGKILL');
    },
  },
);
catalog.close();
console.log(
  JSON.stringify(
    result.outcome === 'failed' ? { outcome: 'failed', code: result.run.code } : { outcome: result.outcome },
  ),
);
