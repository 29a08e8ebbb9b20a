import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import { readWatchdogConfig } from './config.ts';
import { readProfileFlags, withProfile } from './profile.ts';
import { createService } from './service.ts';
import { takeServiceManager } from './service-manager.ts';

const log = createLogger('watchdog', process.env.LOG_LEVEL || 'info');
const manager = takeServiceManager(process.env, log);

runService(log, async (stop) => {
  const flags = readProfileFlags(process.env);
  const config = withProfile(readWatchdogConfig(process.env, process.cwd()), flags);
  if (flags.fast || flags.noRecovery) log.info({ event: 'policy.profile', ...flags });
  const service = createService(config, log);
  stop.push('watchdog', () => service.stop());
  await service.start();
  await manager.ready(stop);
});
