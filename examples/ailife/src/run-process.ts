import { errorFields, type Log } from './log.ts';

const STOP_LIMIT_MS = 8_000;

export interface Service {
  stop(): Promise<void>;
}

/**
 * Runs a service until SIGINT or SIGTERM, then stops it within 8 s (C5: all is over within 10). Whatever nobody caught is logged with
 * its stack and ends the process with 1, so that the supervisor starts a clean one. `fail` is that same end for known fatal errors.
 */
export async function runProcess(log: Log, start: (fail: (error: unknown) => void) => Promise<Service>): Promise<void> {
  const fail = (error: unknown) => {
    log.error({ event: 'process.fatal', ...errorFields(error) });
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const service = await start(fail);
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ event: 'process.stopping', signal });
    setTimeout(() => fail(new Error(`not stopped within ${STOP_LIMIT_MS} ms`)), STOP_LIMIT_MS).unref();
    service.stop().then(() => {
      log.info({ event: 'process.stopped' });
      process.exit(0);
    }, fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // pm2's wait_ready; without a supervisor on the channel there is no `send`.
  process.send?.('ready');
}
