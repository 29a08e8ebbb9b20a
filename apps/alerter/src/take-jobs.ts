import type { RedisAddress } from '@yoban/shared/bus/connection';
import { consume } from '@yoban/shared/bus/consumer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
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

/** Events and commands from the bus, one of each at a time. */
export function takeJobs({ redis, log, stop, onEvent, onCommand }: JobDeps): void {
  const closing: (() => unknown)[] = [];
  const together = { push: (_name: string, step: () => unknown) => void closing.push(step) };
  consume({ queue: 'alertEvent', redis, log, stop: together, handle: onEvent });
  consume({ queue: 'alertCommand', redis, log, stop: together, handle: onCommand });
  // Side by side: without Redis each of them takes all the time it may.
  stop.push('consumers', () => Promise.all(closing.map((close) => close())));
}
