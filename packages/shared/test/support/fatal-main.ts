import { OpsError } from '@yoban/shared/errors';
import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';

const log = createLogger('fatal');

runService(log, async (stop) => {
  stop.push('what was acquired', () => log.info({ event: 'step ran' }));
  throw new OpsError('CONFIG_INVALID', 'services.x: unknown key', { hint: 'Mend line 3 of yoban.yml.' });
});
