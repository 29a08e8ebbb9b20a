import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { consume } from '@yoban/shared/bus/consumer';
import { type AlertEvent, eventsOf } from '@yoban/shared/contracts/alert';
import type { CheckOf, CheckResult } from '@yoban/shared/contracts/check';
import type { Incident } from '@yoban/shared/contracts/incident';
import { createStopStack } from '@yoban/shared/lifecycle';
import { createTestLog } from '@yoban/shared/testing/test-log';

export interface BusEar {
  alerts: AlertEvent[];
  incidents: Incident[];
  /** With the moment of arrival, epoch ms. */
  checks: (CheckResult & { heardAt: number })[];
  /** `raise process_down`, `info process_restarted` … in order of arrival. */
  told(): string[];
  last<K extends CheckResult['check']>(check: K): CheckOf<K> | undefined;
  forget(): void;
  close(): Promise<void>;
}

/** Hears what the watchdog puts on the bus, as alerter and health-api do. */
export function createBusEar(redisUrl: string): BusEar {
  const { log } = createTestLog();
  const stop = createStopStack(log);
  const redis = parseRedisUrl(redisUrl);
  const ear = {
    alerts: [] as AlertEvent[],
    incidents: [] as Incident[],
    checks: [] as (CheckResult & { heardAt: number })[],
  };
  consume({ queue: 'alertEvent', redis, log, stop, handle: async (job) => void ear.alerts.push(...eventsOf(job)) });
  consume({
    queue: 'fact',
    redis,
    log,
    stop,
    handle: async (fact) => {
      if (fact.type === 'incident') ear.incidents.push(fact.incident);
      if (fact.type !== 'checks') return;
      for (const result of fact.results) ear.checks.push({ ...result, heardAt: Date.now() });
    },
  });
  return {
    ...ear,
    told: () => ear.alerts.map((event) => `${event.kind} ${event.alertType}`),
    last: <K extends CheckResult['check']>(check: K) =>
      ear.checks.findLast((result): result is CheckOf<K> & { heardAt: number } => result.check === check),
    forget: () => {
      for (const list of [ear.alerts, ear.incidents, ear.checks]) list.length = 0;
    },
    close: () => stop.run(),
  };
}
