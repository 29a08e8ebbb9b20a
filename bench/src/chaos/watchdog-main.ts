// The watchdog as the chaos runs it: the product's own service, of which one safeguard may be broken (first argument).
import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import { readWatchdogConfig } from '../../../apps/watchdog/src/config.ts';
import { createService } from '../../../apps/watchdog/src/service.ts';
import { type Sabotage, withSabotage } from './sabotages.ts';

const sabotage = (process.argv[2] ?? '') as Sabotage | '';
// Without whoever runs the chaos nobody would end this process.
process.on('disconnect', () => process.exit(1));

const log = createLogger('watchdog', process.env.LOG_LEVEL);
runService(log, async (stop) => {
  const config = readWatchdogConfig(process.env, process.cwd());
  const service = createService(sabotage === '' ? config : withSabotage(config, sabotage), log);
  stop.push('watchdog', () => service.stop());
  await service.start();
});
