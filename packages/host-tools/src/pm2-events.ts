import path from 'node:path';
import axon from 'pm2-axon';
import { z } from 'zod';
import { pm2DaemonPid, pm2Home } from './pm2-home.ts';

/** Only these fields of the event are read: the rest of it is the app's whole environment, secrets included. */
const ProcessEvent = z.object({
  event: z.string(),
  at: z.number(),
  process: z.object({ name: z.string(), restart_time: z.number().nullish() }),
});

export interface Pm2Event {
  /** pm2's own word: `exit`, `online`, `restart`, `stop`, `restart overlimit` … */
  event: string;
  name: string;
  /** Epoch ms. */
  at: number;
  restarts: number | null;
}

const lookEveryMs = 1_000;
const topic = 'process:event';

/**
 * Hears every process event of a pm2 from its pub.sock, and connects again after a daemon that went and came. It connects only
 * while the daemon lives; pm2 itself is not asked, so this never starts one. Returns the end of it.
 */
export function watchPm2(configuredHome: string | null, onEvent: (event: Pm2Event) => void): () => void {
  let close: (() => void) | null = null;
  const look = () => {
    if (close) return;
    const home = pm2Home(configuredHome);
    if (pm2DaemonPid(home) === null) return;
    close = subscribe(path.join(home, 'pub.sock'), onEvent, () => {
      close = null;
    });
  };
  look();
  const timer = setInterval(look, lookEveryMs);
  return () => {
    clearInterval(timer);
    close?.();
  };
}

function subscribe(socketPath: string, onEvent: (event: Pm2Event) => void, onClose: () => void): () => void {
  const socket = axon.socket('sub');
  // Its own reconnecting would go on for ever at a daemon that is gone.
  socket.set('retry timeout', 0);
  socket.subscribe(topic);
  socket.on('message', (_topic: string, data: unknown) => {
    const parsed = ProcessEvent.safeParse(data);
    if (!parsed.success) return;
    const { event, at, process } = parsed.data;
    onEvent({ event, at, name: process.name, restarts: process.restart_time ?? null });
  });
  socket.once('close', onClose);
  // 'close' follows every error; without a listener an error would end this process.
  socket.on('error', () => undefined);
  let ended = false;
  // Closed while it was on its way to connect, axon knows of no connection yet and would keep the one that comes.
  socket.on('connect', () => {
    if (ended) socket.close();
  });
  socket.connect(socketPath);
  return () => {
    ended = true;
    socket.close();
  };
}
