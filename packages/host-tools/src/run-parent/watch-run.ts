import { backoffMs } from '@yoban/shared/backoff';
import type { SupervisorEvent } from '../supervisors/supervisor.ts';
import { openRunConnection, type RunConnection } from './run-connection.ts';
import { reachOf } from './run-problem.ts';
import type { RunLine, RunStatus } from './run-protocol.ts';

/**
 * What we know of a parent. `last` is its newest word, however old. `gone` = nobody listens at its socket; `unknown` = not
 * asked yet, silent, or not to be understood: what it said last may still be so.
 */
export type RunView =
  | { at: 'connected'; last: RunStatus /** Of our own monotonic clock, ms. */; heardAt: number }
  | { at: 'unknown' | 'gone'; last: RunStatus | null };

export interface RunWatchTimes {
  /** A parent beats every 2 s; one that says nothing for this long is silent. */
  silentMs: number;
  /** Between attempts to reach it. */
  retry: { baseMs: number; capMs: number };
}

export interface RunWatch {
  readonly view: RunView;
  end(): void;
}

/**
 * Holds a connection to a parent and hears what it pushes; connects again, with growing pauses, whenever it is lost. A
 * connection that goes silent is given up too: another parent may have taken the path meanwhile.
 */
export function watchRun(
  socket: string,
  { silentMs, retry }: RunWatchTimes,
  onEvent: (event: SupervisorEvent) => void,
): RunWatch {
  let view: RunView = { at: 'unknown', last: null };
  let connection: RunConnection;
  let timer: NodeJS.Timeout;
  let attempt = 0;
  const lost = (at: 'unknown' | 'gone') => {
    clearTimeout(timer);
    const before = view.at;
    view = { at, last: view.last };
    // The first attempt after a connection that worked is made at once: it tells a parent that ended from one that let go.
    timer = setTimeout(dial, attempt === 0 ? 0 : backoffMs(attempt, retry, Math.random()));
    attempt += 1;
    if (before !== at) onEvent({ event: 'away', at: Date.now(), restarts: null });
  };
  const hear = (line: RunLine) => {
    if (!('event' in line) && !line.ok) {
      connection.close();
      lost('unknown');
      return;
    }
    const isNew = view.at !== 'connected';
    attempt = 0;
    timer.refresh();
    view = { at: 'connected', last: line.status, heardAt: performance.now() };
    const event = 'event' in line && line.event !== 'beat' ? line.event : isNew ? standing(line.status) : null;
    if (event === null) return;
    onEvent({ event, at: 'event' in line ? line.at : Date.now(), restarts: line.status.restarts });
  };
  const dial = () => {
    connection = openRunConnection(socket, 'watch', {
      onLine: hear,
      onEnd: (why) => lost(view.at !== 'connected' && reachOf(why) === 'gone' ? 'gone' : 'unknown'),
    });
    timer = setTimeout(() => {
      connection.close();
      lost('unknown');
    }, silentMs);
  };
  dial();
  return {
    get view() {
      return view;
    },
    end: () => {
      clearTimeout(timer);
      connection.close();
    },
  };
}

/** What we would have heard, had we been connected when it happened. */
const standing = (status: RunStatus): SupervisorEvent['event'] =>
  status.gaveUp ? 'gave-up' : status.pid === null ? 'exit' : 'online';
