import { ConfigError, parseConfig } from './config.ts';
import { meetRefusal } from './faults/refuse-start.ts';
import { createLog } from './log.ts';
import { runProcess } from './run-process.ts';
import { createService } from './service.ts';

const log = createLog('ailife');
try {
  const config = parseConfig(process.env);
  await runProcess(log, async (fail) => {
    meetRefusal(config.dbPath);
    return await createService(config, { log, fail });
  });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  log.error({ event: 'config.refused', error: error.message });
  process.exitCode = 2;
}
