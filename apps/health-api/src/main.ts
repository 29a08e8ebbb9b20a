import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import { readHealthApiConfig } from './config.ts';
import { listen } from './listen.ts';
import { createHealthApi, tickMs } from './service.ts';

const log = createLogger('health-api', process.env.LOG_LEVEL || 'info');

runService(log, async (stop) => {
  const config = readHealthApiConfig(process.env, process.cwd());
  const { app, tick } = await createHealthApi(config, log, stop);
  const { host, port } = config.kit.env;
  await listen(app, host, port);
  log.info({ event: 'http.listening', host, port });
  const timer = setInterval(tick, tickMs);
  stop.push('tick', () => clearInterval(timer));
});
