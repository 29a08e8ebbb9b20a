import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import { readHealthApiConfig } from './config.ts';
import { startHealthApi } from './service.ts';

const log = createLogger('health-api', process.env.LOG_LEVEL || 'info');

runService(log, async (stop) => {
  const config = readHealthApiConfig(process.env, process.cwd());
  await startHealthApi(config, log, stop);
});
