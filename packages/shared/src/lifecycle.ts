import { atMost, late } from './at-most.ts';
import { asOpsError } from './errors.ts';
import type { Log } from './logger.ts';

/** Steps that undo what was acquired, last first. */
export interface StopStack {
  push(name: string, step: () => unknown): void;
  /** Runs every step once, newest first, each bounded; a second call returns the first one's promise. */
  run(): Promise<void>;
}

const stepLimitMs = 8_000;

/** A stop stack that logs each step; a step that fails or hangs is logged and does not keep the others from running. */
export function createStopStack(log: Log): StopStack {
  const steps: { name: string; step: () => unknown }[] = [];
  let running: Promise<void> | undefined;
  const runAll = async () => {
    for (const { name, step } of steps.reverse()) {
      try {
        const ended = await atMost(Promise.resolve(step()), stepLimitMs);
        if (ended === late) throw new Error(`${name} did not stop within ${stepLimitMs} ms`);
        log.debug({ event: 'stop.step', name });
      } catch (error) {
        log.error({ event: 'stop.step_failed', name, err: asOpsError(error) });
      }
    }
  };
  return {
    push: (name, step) => void steps.push({ name, step }),
    run: () => (running ??= runAll()),
  };
}

/**
 * Runs one service process: builds it, tells the supervisor it is ready, stops it on SIGINT, SIGTERM or a lost parent channel.
 * An uncaught error or rejection is logged with its stack and ends the process with 1, so that the supervisor restarts it (C5).
 * A second signal forces the end. Never returns before the process is to exit.
 */
export function runService(log: Log, build: (stop: StopStack) => Promise<void>): void {
  const stop = createStopStack(log);
  let stopping = false;
  const end = (code: number, why: string) => {
    if (stopping) process.exit(code === 0 ? 1 : code);
    stopping = true;
    log.info({ event: 'service.stopping', why });
    void stop.run().finally(() => {
      log.info({ event: 'service.stopped', why });
      log.flush(() => process.exit(code));
    });
  };
  const fatal = (error: unknown) => {
    const ops = asOpsError(error);
    log.fatal({
      event: 'service.fatal',
      code: ops.code,
      detail: ops.message,
      hint: ops.hint,
      err: ops.cause instanceof Error ? ops.cause : ops,
    });
    end(1, 'fatal');
  };
  process.on('SIGINT', () => end(0, 'SIGINT'));
  process.on('SIGTERM', () => end(0, 'SIGTERM'));
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);
  build(stop).then(() => {
    log.info({ event: 'service.ready', pid: process.pid });
    process.send?.('ready');
  }, fatal);
}
