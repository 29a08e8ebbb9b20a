import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobIdOf, type Producer } from '@yoban/shared/bus/producer';
import type { AlertCommand } from '@yoban/shared/contracts/alert-command';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';

/** Somebody at the page of alerts. Each resolves when the alerter has answered that it is done; false when nobody waits any more. */
export interface Person {
  acknowledge(alertId: string): Promise<boolean>;
  silence(service: string, silenceId: string): Promise<boolean>;
  unsilence(silenceId: string): Promise<boolean>;
}

const lookEveryMs = 100;
const actor = 'torture';

/** Asks by the queue of commands, and reads the audit as the read model does. */
export function createPerson(producer: Producer, isOver: () => boolean): Person {
  /** Tries until Redis answers. */
  const asked = async <T>(ask: () => Promise<T | null>): Promise<T | null> => {
    for (;;) {
      try {
        const answer = await ask();
        if (answer !== null) return answer;
      } catch {
        // Redis is away: asked again.
      }
      if (isOver()) return null;
      await sleep(lookEveryMs);
    }
  };
  const order = async (command: AlertCommand): Promise<boolean> => {
    const { id } = command;
    const add = () => producer.add('alertCommand', id, command).then(() => true);
    if (!(await asked(add))) return false;
    const auditId = jobIdOf(`alert-audit-${id}`);
    const audit = await asked(async () => (await (await producer.queue('fact')).getJob(auditId))?.data ?? null);
    return audit?.type === 'alert-audit' && audit.audit.done;
  };
  const head = () => ({ id: randomUUID(), actor, at: isoTime(Date.now()) });
  return {
    acknowledge: (alertId) => order({ do: 'ack', ...head(), alertId, note: null }),
    silence: (service, silenceId) => {
      const now = Date.now();
      const times = { startsAt: isoTime(now - 1_000), endsAt: isoTime(now + 30 * MINUTE) };
      const matchers = [{ name: 'service', value: service, isRegex: false, isEqual: true }];
      const silence = { id: silenceId, matchers, ...times, createdBy: actor, comment: 'torture' };
      return order({ do: 'silence', ...head(), silence });
    },
    unsilence: (silenceId) => order({ do: 'unsilence', ...head(), silenceId }),
  };
}
