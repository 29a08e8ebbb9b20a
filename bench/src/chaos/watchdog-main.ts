// The watchdog as the chaos runs it: the product's own service, of which one safeguard may be broken (first argument).
import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import { readEdited } from './edited-source.ts';
import { type SabotageName, sabotages, withSabotage } from './sabotages.ts';

const sabotage = sabotages[(process.argv[2] ?? '') as SabotageName] ?? {};
// Without whoever runs the chaos nobody would end this process.
process.on('disconnect', () => process.exit(1));

if (sabotage.edit) readEdited(sabotage.edit);
// What is edited must not have been read before.
const { readWatchdogConfig } = await import('../../../apps/watchdog/src/config.ts');
const { createService } = await import('../../../apps/watchdog/src/service.ts');

const log = createLogger('watchdog', process.env.LOG_LEVEL);
runService(log, async (stop) => {
  const service = createService(withSabotage(readWatchdogConfig(process.env, process.cwd()), sabotage), log);
  stop.push('watchdog', () => service.stop());
  await service.start();
});
