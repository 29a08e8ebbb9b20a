import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import { noStep } from '@yoban/sqlite-tools/steps';
import { readBackupWorkerConfig } from './config.ts';
import { createService } from './service.ts';

const log = createLogger('backup-worker', process.env.LOG_LEVEL || 'info');

runService(log, async (stop) => {
  const config = readBackupWorkerConfig(process.env, process.cwd());
  const service = createService(config, { log, now: Date.now, onStep: noStep });
  stop.push('backup worker', () => service.stop());
  await service.start();
});
