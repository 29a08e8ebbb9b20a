import { atMost, late } from '@yoban/shared/at-most';
import { alertJobs } from '@yoban/shared/bus/alert-jobs';
import type { AlerterIntake } from '@yoban/shared/bus/alerter-intake';
import type { Producer } from '@yoban/shared/bus/producer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';

/** Takes alert events from outside. */
export interface EventIntake {
  /**
   * Resolves when Redis, or the alerter's own disk, has all of the events: only then may a sender be told so. After an error any
   * number of them may be there, so the sender has to send again, which their ids make harmless.
   * @throws OpsError INTAKE_UNAVAILABLE
   */
  take(events: readonly AlertEvent[]): Promise<void>;
}

interface Ways {
  /** Null when no Redis is configured. */
  producer: Producer | null;
  alerter: AlerterIntake;
  log: Log;
}

const busLimitMs = 2 * SECOND;

/** The bus first; while it is away, the alerter's own door. */
export function createEventIntake({ producer, alerter, log }: Ways): EventIntake {
  const bus = producer && createBusWay(producer);
  let away = false;
  const toBus = async (events: readonly AlertEvent[]): Promise<boolean> => {
    if (!bus) return false;
    try {
      await bus(events);
      if (away) log.info({ event: 'intake.bus_back' });
      away = false;
      return true;
    } catch (error) {
      if (!(error instanceof OpsError) || error.code !== 'BUS_UNAVAILABLE') throw error;
      if (!away) log.warn({ event: 'intake.bus_away', err: error });
      away = true;
      return false;
    }
  };
  return {
    take: async (events) => {
      if (events.length === 0 || (await toBus(events))) return;
      await alerter.post(events);
    },
  };
}

function createBusWay(producer: Producer): (events: readonly AlertEvent[]) => Promise<void> {
  const away = () => new OpsError('BUS_UNAVAILABLE', 'Redis does not take alert events');
  // A Redis that is stopped keeps its connections: what waits there is not added to with every request.
  let hanging = false;
  return async (events) => {
    if (hanging) throw away();
    const added = producer.addAll('alertEvent', alertJobs(events));
    if ((await atMost(added, busLimitMs)) !== late) return;
    const settled = () => {
      hanging = false;
    };
    hanging = true;
    added.then(settled, settled);
    throw away();
  };
}
