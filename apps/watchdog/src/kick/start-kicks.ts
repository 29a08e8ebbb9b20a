import type { RedisAddress } from '@yoban/shared/bus/connection';
import { consume } from '@yoban/shared/bus/consumer';
import { SECOND } from '@yoban/shared/contracts/time';
import type { Kicker } from '@yoban/shared/kick/read-kickers';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { maintenanceAt } from '@yoban/shared/maintenance';
import type { YobanPaths } from '@yoban/shared/paths';
import type { Database } from 'better-sqlite3';
import { repeat } from '../repeat.ts';
import { createKickDesk, type KickDesk, type KickEvent } from './kick-desk.ts';
import { createKickStore } from './kick-store.ts';
import { takeSlot } from './take-slot.ts';

interface Options {
  kickers: readonly Kicker[];
  redis: RedisAddress;
  paths: YobanPaths;
  db: Database;
  /** Gives the event to the runner of a service; false where it has none. */
  send: (service: string, event: KickEvent) => boolean;
  log: Log;
  stop: Pick<StopStack, 'push'>;
}

const slotEveryMs = SECOND;
/** One repair by hand within this; the engine's budget counts them on top. */
const holdMs = 5 * SECOND;

/**
 * Takes kicks over the bus and by the one-slot file, and gives them to the engine. The engine tells `answered` what became of each.
 * Nothing is listened to where no service may be kicked.
 */
export function startKicks({ kickers, redis, paths, db, send, log, stop }: Options): Pick<KickDesk, 'answered'> {
  const store = createKickStore(db);
  const now = Date.now;
  const inMaintenance = (service: string) => maintenanceAt(paths.run, service, now()) !== null;
  const desk = createKickDesk({ kickers, store, send, inMaintenance, log, now, holdMs });
  if (kickers.length === 0) return desk;
  // One job a service may be under way, and one more is refused meanwhile.
  consume({ queue: 'kick', redis, log, stop, concurrency: kickers.length + 1, handle: (kick) => desk.offer(kick) });
  // The slot is emptied at once and its kick not waited for: it may take minutes, and the next one is to be refused with a row.
  const look = async () => {
    void takeSlot({ stateDir: paths.state, kickers, desk, store, log, now }).catch((error: unknown) =>
      log.error({ event: 'kick.slot_failed', err: error }),
    );
  };
  const looking = repeat('kick slot', () => slotEveryMs, look, log);
  stop.push('kick slot', () => looking.stop());
  looking.now();
  return desk;
}
