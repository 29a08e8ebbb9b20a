import { LiveMessage } from '@yoban/shared/contracts/live';
import { SECOND } from '@yoban/shared/contracts/time';
import { type LiveEvent, type LiveState, stepLive } from './live-state.ts';

export interface LiveSocket {
  start: () => void;
  stop: () => void;
  /** Skips the rest of a wait. */
  retryNow: () => void;
  /** Throws the connection away and asks for everything anew, e.g. after the computer slept. */
  resync: () => void;
  state: () => LiveState;
  subscribe: (listener: () => void) => () => void;
}

export interface LiveSocketOptions {
  open: () => WebSocket;
  deliver: (message: LiveMessage) => void;
  /** Told each time the connection was lost or could not be made. */
  lost: () => void;
  /** Milliseconds of a clock that never jumps. */
  now: () => number;
  random: () => number;
}

/** Nothing for this long on an open socket: the other side is gone without a word (a pulled cable, a frozen server). */
const SILENT_AFTER_MS = 45 * SECOND;

/** Reads one frame; null when it is not a message of ours. */
export function readMessage(data: unknown): LiveMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const parsed = LiveMessage.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

type Hear = (event: LiveEvent, message?: LiveMessage) => void;

/** At most one WebSocket at a time. What an earlier one still says is not heard; silence counts as a loss. */
function createLine(openSocket: () => WebSocket, hear: Hear): { open: () => void; close: () => void } {
  let socket: WebSocket | null = null;
  let silenceTimer: ReturnType<typeof setTimeout> | undefined;
  const listenForSilence = () => {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(() => hear({ kind: 'lost', reason: 'silent' }), SILENT_AFTER_MS);
  };
  const receive = (data: unknown) => {
    listenForSilence();
    const message = readMessage(data);
    if (!message) return hear({ kind: 'lost', reason: 'unreadable' });
    const type = message.type === 'snapshot' ? 'snapshot' : 'change';
    hear({ kind: 'message', type, seq: message.seq }, message);
  };
  return {
    open: () => {
      const fresh = openSocket();
      socket = fresh;
      listenForSilence();
      fresh.addEventListener('message', (event) => {
        if (socket === fresh) receive(event.data);
      });
      fresh.addEventListener('close', () => {
        if (socket === fresh) hear({ kind: 'lost', reason: 'closed' });
      });
    },
    close: () => {
      clearTimeout(silenceTimer);
      const old = socket;
      socket = null;
      old?.close();
    },
  };
}

/** Holds the one connection to `/api/live`; decisions are in live-state.ts, here is only the socket and the timers. */
export function createLiveSocket(options: LiveSocketOptions): LiveSocket {
  const listeners = new Set<() => void>();
  let state: LiveState = { kind: 'off' };
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const send: Hear = (event, message) => {
    const [next, effects] = stepLive(state, event, { nowMs: options.now(), random: options.random() });
    state = next;
    for (const effect of effects) {
      if (effect.kind === 'close') {
        clearTimeout(retryTimer);
        line.close();
      } else if (effect.kind === 'open') line.open();
      else if (effect.kind === 'deliver' && message) options.deliver(message);
      else if (effect.kind === 'wait') {
        retryTimer = setTimeout(() => send({ kind: 'retry' }), effect.delayMs);
        options.lost();
      }
    }
    for (const listener of listeners) listener();
  };
  const line = createLine(options.open, send);

  return {
    start: () => send({ kind: 'start' }),
    stop: () => send({ kind: 'stop' }),
    retryNow: () => send({ kind: 'retry' }),
    resync: () => {
      send({ kind: 'lost', reason: 'silent' });
      send({ kind: 'retry' });
    },
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
