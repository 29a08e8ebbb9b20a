import { atMost, late } from '@yoban/shared/at-most';
import { jobIdOf, type Producer } from '@yoban/shared/bus/producer';
import { Kick } from '@yoban/shared/contracts/kick';
import { SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import { maintenanceAt } from '@yoban/shared/maintenance';
import { createOneAtATime } from '@yoban/shared/one-at-a-time';

export interface KickDoor {
  /**
   * Hands an allowed kick to the watchdog. Resolves when Redis has it.
   * @throws OpsError CONFLICT while its service is in maintenance (a deploy announces that too) or another kick of it waits, or for an
   * id that is known; BUS_UNAVAILABLE when Redis does not take it within 3 s
   */
  ask(kick: Kick): Promise<void>;
}

interface Options {
  producer: Producer | null;
  runDir: string;
  now: () => number;
}

const busLimitMs = 3 * SECOND;
/** A job leaves these when the watchdog has carried it out. */
const waitingStates = ['prioritized', 'waiting', 'active', 'delayed'] as const;

export function createKickDoor({ producer, runDir, now }: Options): KickDoor {
  const inTurn = createOneAtATime();
  // A Redis that is stopped keeps its connections: while one hand-over waits there, no other may look at the slot beside it.
  let hanging = false;
  const hand = async (kick: Kick) => {
    const away = new OpsError('BUS_UNAVAILABLE', 'the watchdog cannot be reached: Redis does not take the request');
    if (!producer || hanging) throw away;
    const givenUp = new AbortController();
    const handing = handOver(producer, kick, givenUp.signal);
    if ((await atMost(handing, busLimitMs)) !== late) return;
    const settled = () => {
      hanging = false;
    };
    hanging = true;
    handing.then(settled, settled);
    givenUp.abort(away);
    throw away;
  };
  return {
    ask: (kick) => {
      const maintenance = maintenanceAt(runDir, kick.service, now());
      if (maintenance) return Promise.reject(conflict(`${kick.service} is in maintenance: ${maintenance.reason}`));
      // Between the look at the slot and the taking of it nobody else must look.
      return inTurn(() => hand(kick));
    },
  };
}

const conflict = (message: string) => new OpsError('CONFLICT', message);

async function handOver(producer: Producer, kick: Kick, givenUp: AbortSignal): Promise<void> {
  const queue = await producer.queue('kick');
  if (await queue.getJob(jobIdOf(kick.id))) throw conflict('a kick of this id is known');
  const waiting = (await queue.getJobs([...waitingStates])).map((job) => Kick.safeParse(job?.data).data?.service);
  if (waiting.includes(kick.service)) throw conflict(`another kick of ${kick.service} waits`);
  // Whoever asked was told no by then.
  givenUp.throwIfAborted();
  await producer.add('kick', kick.id, kick);
}
