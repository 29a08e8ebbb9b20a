// One backup run that is killed at a labelled step, or sabotaged, or left in peace. Its request is the JSON of its argument; it
// ends with the run's outcome as JSON on stdout.
import { existsSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCatalog } from '@yoban/sqlite-tools/catalog';
import { type BackupStep, takeBackup } from '@yoban/sqlite-tools/take-backup';
import type { Sabotage, VictimRequest } from './victim-request.ts';

const request = JSON.parse(process.argv[2] ?? '{}') as VictimRequest;
const folder = path.join(request.backupDir, request.tier);

const unfinished = (): string | undefined =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => /^\.yoban-.*\.tmp$/.test(name))
    .map((name) => path.join(folder, name))[0];

/** Changes bytes in the middle of a copy, as a disk would. */
function damage(file: string): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(3_000, 0x5a), 0, 3_000, Math.floor(statSync(file).size / 2));
}

/** What `cp` does to a live file, slowed so that a small one shows it too. */
async function copyLive(to: string): Promise<void> {
  const half = Math.floor(statSync(request.dbPath).size / 2);
  const first = readFileSync(request.dbPath).subarray(0, half);
  await sleep(200);
  writeFileSync(to, Buffer.concat([first, readFileSync(request.dbPath).subarray(half)]));
}

/** Each breaks one safeguard from outside; the judge must then find a file that is not one committed moment. */
const sabotages: Record<Sabotage, (step: BackupStep, temp: string) => void | Promise<void>> = {
  'copy-without-snapshot': (step, temp) => (step === 'verified' ? copyLive(temp) : undefined),
  'name-before-verify': (step, temp) => {
    if (step !== 'copied') return;
    const bytes = readFileSync(temp);
    writeFileSync(
      path.join(folder, `${request.db}_${request.tier}_20200101_000000.sqlite`),
      bytes.subarray(0, bytes.length / 2),
    );
    process.kill(process.pid, 'SIGKILL');
  },
  'skip-verify': (step, temp) => (step === 'verified' ? damage(temp) : undefined),
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
    onStep: async (step) => {
      const temp = unfinished();
      if (request.sabotage && temp) await sabotages[request.sabotage](step, temp);
      if (request.damageCopy && step === 'copied' && temp) damage(temp);
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
