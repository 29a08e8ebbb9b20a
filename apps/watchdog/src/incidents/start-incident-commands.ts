import type { RedisAddress } from '@yoban/shared/bus/connection';
import { consume } from '@yoban/shared/bus/consumer';
import type { Incident } from '@yoban/shared/contracts/incident';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { Database } from 'better-sqlite3';
import { takeIncidentCommand } from './take-incident-command.ts';

interface Options {
  redis: RedisAddress;
  db: Database;
  log: Log;
  stop: Pick<StopStack, 'push'>;
  /** Facts were written. */
  wake: () => void;
  /** Somebody looks after it: what was halted for want of that may go on. */
  onAck: (incident: Incident) => void;
}

/** Takes what people say of incidents. */
export function startIncidentCommands({ redis, db, log, stop, wake, onAck }: Options): void {
  consume({
    queue: 'incidentCommand',
    redis,
    log,
    stop,
    handle: async (command) => {
      const incident = takeIncidentCommand(db, command, Date.now());
      log.info({ event: 'incident.command', do: command.do, incident: command.incidentId, done: incident !== null });
      wake();
      if (incident && command.do === 'ack' && incident.recoveredAt === null) onAck(incident);
    },
  });
}
