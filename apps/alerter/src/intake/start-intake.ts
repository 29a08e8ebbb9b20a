import type { AlertEvent } from '@yoban/shared/contracts/alert';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { Channel } from '../channels/channel.ts';
import { alertKey } from '../core/alert-key.ts';
import type { DirectTelling } from '../core/direct-telling.ts';
import type { Shadow } from '../core/shadow.ts';
import type { Decider } from '../decide-and-write.ts';
import { DirectSender } from '../delivery/direct-send.ts';
import type { Turn } from '../event-entry.ts';
import { readOvertaken } from '../spool/overtaken.ts';
import type { SpoolEntry } from '../spool/read-spool.ts';
import type { Waiting } from '../spool/waiting.ts';
import type { Presence } from '../store/presence.ts';
import { startEmptying } from './empty-spool.ts';
import { keepDoor } from './keep-door.ts';
import { overtake } from './overtake.ts';
import { createTurns } from './wait-turn.ts';

export interface IntakeConfig {
  spoolDir: string;
  socket: string;
  tcp: { host: string; port: number } | null;
}

export interface IntakeDeps {
  decider: Pick<Decider, 'event'>;
  shadow: Shadow;
  channels: readonly Channel[];
  presence: Presence;
  /** What the spool holds, whoever owns it. */
  waiting: Waiting;
  onDecided: () => void;
  log: Log;
  stop: StopStack;
}

export interface Intake {
  /** Lets an event of the bus wait for what the spool holds of its alert, or goes past that where it waits in vain. */
  turn(event: AlertEvent): Promise<Turn>;
}

/** The alerter's own door, what waits behind it, and what goes to people past Redis. */
export function startIntake({ spoolDir, socket, tcp }: IntakeConfig, deps: IntakeDeps): Intake {
  const { decider, shadow, channels, presence, waiting, log, stop } = deps;
  keepDoor({
    ...{ spoolDir, socket, tcp, log, stop },
    onOpened: (spool, steps) => {
      const note = (telling: DirectTelling) => spool.note(telling);
      const isOvertaken = ({ event, receivedAt }: Pick<SpoolEntry, 'event' | 'receivedAt'>) =>
        receivedAt <= (readOvertaken(spoolDir).get(alertKey(event)) ?? Number.NEGATIVE_INFINITY);
      const taskDeps = { note, isOvertaken, log, random: Math.random };
      const direct = new DirectSender({ ...taskDeps, channels, shadow, onEnded: () => nudge() });
      const nudge = startEmptying({ spool, decider, direct, presence, onDecided: deps.onDecided, log, stop: steps });
      waiting.own(spool);
      steps.push('own spool', () => waiting.own(null));
      return { taken: nudge };
    },
  });
  const hasTurn = createTurns(waiting);
  return {
    turn: async (event) => {
      if (await hasTurn(event)) return { overtakes: false, told: [] };
      log.warn({ event: 'spool.overtaken', eventId: event.id, service: event.service, alertType: event.alertType });
      return { overtakes: true, told: await overtake(spoolDir, event, waiting.entries) };
    },
  };
}
