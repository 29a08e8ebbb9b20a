import type { RedisAddress } from '@yoban/shared/bus/connection';
import { consume } from '@yoban/shared/bus/consumer';
import { type AlertEvent, eventsOf } from '@yoban/shared/contracts/alert';
import type { AlertCommand } from '@yoban/shared/contracts/alert-command';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';

interface JobDeps {
  redis: RedisAddress;
  log: Log;
  stop: StopStack;
  onEvent: (event: AlertEvent) => Promise<void>;
  onCommand: (command: AlertCommand) => Promise<void>;
}

/**
 * Jobs taken at once, so that events which came singly are decided together too. So many wait for their locks to run out when the
 * alerter is killed.
 */
const jobsAtOnce = 64;

/** Events and commands from the bus. */
export function takeJobs({ redis, log, stop, onEvent, onCommand }: JobDeps): void {
  const closing: (() => unknown)[] = [];
  const together = { push: (_name: string, step: () => unknown) => void closing.push(step) };
  consume({
    queue: 'alertEvent',
    redis,
    log,
    stop: together,
    concurrency: jobsAtOnce,
    handle: (job) => Promise.all(eventsOf(job).map(onEvent)).then(() => undefined),
  });
  consume({ queue: 'alertCommand', redis, log, stop: together, handle: onCommand });
  // Side by side: without Redis each of them takes all the time it may.
  stop.push('consumers', () => Promise.all(closing.map((close) => close())));
}
