import { openCatalog } from '../../src/catalog.ts';
import { type TakeBackupRequest, takeBackup } from '../../src/take-backup.ts';

/** Takes a backup and kills itself right after one labelled step. */
const {
  step,
  backupDir,
  locksDir,
  request,
}: Record<'step' | 'backupDir' | 'locksDir', string> & {
  request: TakeBackupRequest;
} = JSON.parse(process.argv[2] ?? '{}');

await takeBackup(request, {
  catalog: openCatalog(backupDir),
  backupDir,
  locksDir,
  zone: 'Asia/Tokyo',
  now: () => (request.dueAtMs ?? 0) + 1_000,
  record: () => undefined,
  onStep: (passed) => {
    if (passed === step) process.kill(process.pid, 'SIGKILL');
  },
});
