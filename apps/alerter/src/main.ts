import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import { readAlerterConfig } from './config.ts';
import { createService } from './service.ts';

const log = createLogger('alerter', process.env.LOG_LEVEL || 'info');
runService(log, async (stop) => createService(readAlerterConfig(process.env, process.cwd()), { log, stop }));
