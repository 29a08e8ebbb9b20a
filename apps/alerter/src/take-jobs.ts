import type { RedisAddress } from '@yoban/shared/bus/connection';
import { consume } from '@yoban/shared/bus/consumer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import type { AlertCommand } from '@yoban/shared/contracts/alert-command';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createInOrder } from './in-order.ts';

interface JobDeps {
  redis: RedisAddress;
  log: Log;
  stop: StopStack;
  onEvent: (event: AlertEvent) => Promise<void>;
  onCommand: (command: AlertCommand) => Promise<void>;
}

/**
 * Events decided at once: alone, each would wait for the disk several times (AOF, always); together they share its writes. So many
 * wait for their locks to run out when the alerter is killed.
 */
const eventsAtOnce = 32;

/** What must be decided in the order it came: an alert's own events, and a service's INFOs, which are counted together. */
const orderKey = ({ kind, level, service, alertType }: AlertEvent): string =>
  kind === 'info' || level === 'info' ? service : `${service}/${alertType}`;

/** Events and commands from the bus. */
export function takeJobs({ redis, log, stop, onEvent, onCommand }: JobDeps): void {
  const closing: (() => unknown)[] = [];
  const together = { push: (_name: string, step: () => unknown) => void closing.push(step) };
  const inOrder = createInOrder();
  consume({
    queue: 'alertEvent',
    redis,
    log,
    stop: together,
    concurrency: eventsAtOnce,
    handle: (event) => inOrder(orderKey(event), () => onEvent(event)),
  });
  consume({ queue: 'alertCommand', redis, log, stop: together, handle: onCommand });
  // Side by side: without Redis each of them takes all the time it may.
  stop.push('consumers', () => Promise.all(closing.map((close) => close())));
}
