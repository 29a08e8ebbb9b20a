import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import { readSocketProxyConfig } from './config.ts';
import { createService } from './service.ts';

const log = createLogger('socket-proxy', process.env.LOG_LEVEL || 'info');
// Uncaught on purpose: that is how a service ends with 1, and the engine starts its container again.
const onLost = (error: Error) =>
  queueMicrotask(() => {
    throw error;
  });

runService(log, async (stop) => {
  const address = await createService(readSocketProxyConfig(process.env), { log, stop, onLost });
  log.info({ event: 'http.listening', ...address });
});
