import path from 'node:path';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { SECOND } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import { type FileLock, tryFileLock } from '@yoban/shared/file-lock';
import type { StopStack } from '@yoban/shared/lifecycle';
import { createStopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import { Spool } from '../spool/spool.ts';
import { listenForEvents } from './intake-server.ts';

export interface DoorOptions {
  spoolDir: string;
  socket: string;
  tcp: { host: string; port: number } | null;
  log: Log;
  stop: StopStack;
  /** Starts what empties the spool, and pushes its end on `own`. `taken` is called when events came. */
  onOpened: (spool: Spool, own: StopStack) => { taken: () => void };
}

const lookEveryMs = 2 * SECOND;

/**
 * Keeps the alerter's own door: of several alerters of one `YOBAN_HOME`, the one with the lock owns the spool and listens; the
 * kernel lets the lock go with its process, and another takes both over within 2 s.
 */
export function keepDoor({ spoolDir, socket, tcp, log, stop, onOpened }: DoorOptions): void {
  let own: StopStack | null = null;
  const open = async (lock: FileLock): Promise<void> => {
    const steps = createStopStack(log);
    own = steps;
    steps.push('door lock', () => lock.release());
    const spool = new Spool({ dir: spoolDir, log });
    steps.push('spool', () => spool.close());
    const { taken } = onOpened(spool, steps);
    const take = async (events: readonly AlertEvent[]) => {
      await spool.append(events, Date.now());
      taken();
    };
    const server = await listenForEvents({ socket, tcp, take, log });
    steps.push('door', () => server.close());
    log.info({ event: 'intake.open', port: server.port, waiting: spool.pending().length });
  };
  const loop = createNudgedLoop({
    look: async () => {
      const lock = tryFileLock(path.join(spoolDir, 'lock'));
      if (lock === null) return lookEveryMs;
      try {
        await open(lock);
      } catch (error) {
        await own?.run();
        own = null;
        throw error;
      }
      return null;
    },
    retryMs: lookEveryMs,
    onAway: (error) => log.error({ event: 'intake.closed', code: asOpsError(error).code, err: error }),
  });
  stop.push('intake', async () => {
    await loop.stop();
    await own?.run();
  });
  loop.nudge();
}
