import type { Kick } from '@yoban/shared/contracts/kick';
import { MINUTE } from '@yoban/shared/contracts/time';
import { kickRefusal } from '@yoban/shared/kick/kick-refusal';
import type { Kicker } from '@yoban/shared/kick/read-kickers';
import type { Log } from '@yoban/shared/logger';
import type { KickState, KickStore } from './kick-store.ts';

/** How the engine ends a kick; any other word is why it refused. */
export interface KickAnswer {
  id: string;
  result: string;
}

export interface KickEvent {
  type: 'kick';
  id: string;
  action: string;
  source: string;
}

export interface KickDesk {
  /**
   * Takes a kick that came over the bus or by the file. Resolves when it has ended, refused or carried out, so that whoever holds a
   * slot for it knows when that is free. A repeat of an id that has ended does nothing.
   */
  offer(kick: Kick): Promise<void>;
  /** What the engine says of a kick that it was given. */
  answered(answer: KickAnswer): void;
}

interface Options {
  kickers: readonly Kicker[];
  store: KickStore;
  /** Gives the event to the runner of a service; false where it has none. */
  send: (service: string, event: KickEvent) => boolean;
  inMaintenance: (service: string) => boolean;
  log: Log;
  now: () => number;
  /** How long a kick keeps its slot at the least. */
  holdMs: number;
}

/** It asks for a repair now: one that lay about longer would surprise everybody. */
const validMs = 5 * MINUTE;

interface Waiting {
  kick: Kick;
  takenAt: number;
  ended: PromiseWithResolvers<void>;
}

/** Decides what becomes of kicks before the engine sees them. Of each service at most one is under way. */
export function createKickDesk(options: Options): KickDesk {
  const { store, log, now, send, holdMs } = options;
  const underWay = new Map<string, Waiting>();
  const record = (kick: Kick, state: KickState, reason: string) => {
    store.put(kick, state, reason, now());
    log.info({ event: `kick.${state}`, id: kick.id, service: kick.service, action: kick.action, reason });
  };
  /** A repair may be over, or refused, at once: whoever asks a hundred times a second must not get one after the other. */
  const free = ({ kick, takenAt, ended }: Waiting) => {
    const end = () => {
      underWay.delete(kick.service);
      ended.resolve();
    };
    const leftMs = takenAt + holdMs - now();
    if (leftMs > 0) setTimeout(end, Math.min(leftMs, holdMs)).unref();
    else end();
  };
  return {
    offer: (kick) => {
      const same = [...underWay.values()].find((one) => one.kick.id === kick.id);
      if (same) return same.ended.promise;
      const known = store.stateOf(kick.id);
      // Waiting without being under way: we were killed before the engine had it.
      if (known !== null && known !== 'waiting') return Promise.resolve();
      const refusal = refusalOf(kick, options) ?? (underWay.has(kick.service) ? 'slot_taken' : null);
      if (refusal !== null) return Promise.resolve(record(kick, 'refused', refusal));
      const one: Waiting = { kick, takenAt: now(), ended: Promise.withResolvers<void>() };
      underWay.set(kick.service, one);
      record(kick, 'waiting', 'given_to_engine');
      const { id, action, source, service } = kick;
      if (!send(service, { type: 'kick', id, action, source })) {
        record(kick, 'refused', 'no_engine');
        free(one);
      }
      return one.ended.promise;
    },
    answered: ({ id, result }) => {
      const one = [...underWay.values()].find(({ kick }) => kick.id === id);
      // Given by the watchdog before this one: nobody waits for its end, but it has one.
      const kick = one?.kick ?? store.notEnded(id);
      if (kick) record(kick, stateOf(result), result);
      if (one && result !== 'accepted') free(one);
    },
  };
}

const stateOf = (result: string): KickState =>
  result === 'accepted' || result === 'done' || result === 'failed' ? result : 'refused';

/** The door has looked at all of this as well; between the two, minutes and a new configuration may lie. */
function refusalOf(kick: Kick, { kickers, inMaintenance, now }: Options): string | null {
  const kicker = kickers.find(({ service }) => service === kick.service);
  if (!kicker) return 'not_enabled';
  const refusal = kickRefusal(kicker, kick);
  if (refusal !== null) return refusal;
  if (Math.abs(now() - Date.parse(kick.at)) > validMs) return 'expired';
  return inMaintenance(kick.service) ? 'maintenance' : null;
}
