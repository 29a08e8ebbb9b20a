import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { SECOND } from '@yoban/shared/contracts/time';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { Channel } from '../channels/channel.ts';
import type { DirectTelling } from '../core/direct-telling.ts';
import type { Shadow } from '../core/shadow.ts';
import type { Decider } from '../decide-and-write.ts';
import { DirectSender } from '../delivery/direct-send.ts';
import { isAnySpooled, readSpool, type SpoolEntry } from '../spool/read-spool.ts';
import type { Spool } from '../spool/spool.ts';
import type { Presence } from '../store/presence.ts';
import { askTold } from './ask-told.ts';
import { startEmptying } from './empty-spool.ts';
import { keepDoor } from './keep-door.ts';
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
  onDecided: () => void;
  log: Log;
  stop: StopStack;
}

export interface Intake {
  /** Who heard of an event of the bus, which may have come through a door as well while Redis was away. Nothing more is told of it there. */
  told(event: AlertEvent): Promise<readonly DirectTelling[]>;
}

/** What was seen this long ago may have been handed over as well: its producer did not wait longer for the bus. */
const doubtAfterMs = SECOND;
/** Who lost an answer of Redis may have been quicker; that long after an outage every job is looked up. */
const doubtAwayMs = 60 * SECOND;

/** The alerter's own door, what waits behind it, and what goes to people past Redis. */
export function startIntake({ spoolDir, socket, tcp }: IntakeConfig, deps: IntakeDeps): Intake {
  const { decider, shadow, channels, presence, log, stop } = deps;
  let own: Own | null = null;
  const turn = createTurns(() => (own ? own.spool.pending() : spooledIn(spoolDir)).map((entry) => entry.event));
  keepDoor({
    ...{ spoolDir, socket, tcp, log, stop },
    onOpened: (spool, steps) => {
      const note = (telling: DirectTelling) => spool.note(telling);
      const onEnded = () => nudge();
      const direct = new DirectSender({ note, log, random: Math.random, channels, shadow, onEnded });
      const nudge = startEmptying({ spool, decider, direct, presence, onDecided: deps.onDecided, log, stop: steps });
      own = { spool, direct };
      steps.push('own spool', () => {
        own = null;
      });
      return { taken: nudge, told: (eventId) => toldOf({ spool, direct }, eventId) };
    },
  });
  return {
    told: async (event) => {
      const inDoubt = Math.abs(Date.now() - Date.parse(event.at)) >= doubtAfterMs || presence.wasAway(doubtAwayMs);
      if (!inDoubt) return [];
      await turn(event);
      return own ? toldOf(own, event.id) : askTold({ socket, spoolDir }, event.id);
    },
  };
}

/** What another alerter's door took, and nobody has decided yet. */
const spooledIn = (dir: string): SpoolEntry[] => (isAnySpooled(dir) ? [...readSpool(dir).entries.values()] : []);

interface Own {
  spool: Spool;
  direct: DirectSender;
}

/** Whoever asks is about to decide it: until the spool is emptied of it, nothing more is told. */
async function toldOf({ spool, direct }: Own, eventId: string): Promise<DirectTelling[]> {
  const entry = spool.find(eventId);
  return entry ? direct.settle(entry) : [];
}
