import { ConfigError, parseStandinConfig } from './config.ts';
import { createLog } from './log.ts';
import { runProcess } from './run-process.ts';
import { createStandins } from './standins/standin-service.ts';

const log = createLog('ailife-standins');
try {
  const config = parseStandinConfig(process.env);
  await runProcess(log, () => createStandins(config, log));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  log.error({ event: 'config.refused', error: error.message });
  process.exitCode = 2;
}
