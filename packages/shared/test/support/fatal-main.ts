import { OpsError } from '../../src/errors.ts';
import { runService } from '../../src/lifecycle.ts';
import { createLogger } from '../../src/logger.ts';

const log = createLogger('fatal');

runService(log, async (stop) => {
  stop.push('what was acquired', () => log.info({ event: 'step ran' }));
  throw new OpsError('CONFIG_INVALID', 'services.x: unknown key', { hint: 'Mend line 3 of yoban.yml.' });
});
