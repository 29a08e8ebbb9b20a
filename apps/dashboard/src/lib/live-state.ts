import { backoffMs } from '@yoban/shared/backoff';
import { SECOND } from '@yoban/shared/contracts/time';

/**
 * The connection to `/api/live`. `downSinceMs` is when data stopped flowing; `attempt` counts the tries since then.
 * A connection counts as live from its first snapshot, not from its opening: an open socket that says nothing is no data.
 */
export type LiveState =
  | { kind: 'off' }
  | { kind: 'connecting'; attempt: number; downSinceMs: number }
  | { kind: 'live'; lastSeq: number }
  | { kind: 'waiting'; attempt: number; downSinceMs: number; retryAtMs: number };

export type LiveEvent =
  | { kind: 'start' }
  | { kind: 'message'; type: 'snapshot' | 'change'; seq: number }
  | { kind: 'lost'; reason: 'closed' | 'silent' | 'unreadable' }
  | { kind: 'retry' }
  | { kind: 'stop' };

export type LiveEffect = { kind: 'open' } | { kind: 'close' } | { kind: 'deliver' } | { kind: 'wait'; delayMs: number };

export interface Moment {
  nowMs: number;
  /** In [0, 1): spreads the retries of many screens. */
  random: number;
}

const RECONNECT = { baseMs: SECOND, capMs: 30 * SECOND };

/** One step of the connection. Never gives up; a hole in `seq` means a change was lost, so everything is fetched anew. */
export function stepLive(state: LiveState, event: LiveEvent, moment: Moment): [LiveState, LiveEffect[]] {
  switch (event.kind) {
    case 'start':
      if (state.kind !== 'off') return [state, []];
      return [{ kind: 'connecting', attempt: 1, downSinceMs: moment.nowMs }, [{ kind: 'open' }]];
    case 'stop':
      return [{ kind: 'off' }, [{ kind: 'close' }]];
    case 'retry':
      if (state.kind !== 'waiting') return [state, []];
      return [
        { kind: 'connecting', attempt: state.attempt + 1, downSinceMs: state.downSinceMs },
        [{ kind: 'close' }, { kind: 'open' }],
      ];
    case 'message':
      return onMessage(state, event, moment);
    case 'lost':
      return state.kind === 'off' || state.kind === 'waiting' ? [state, []] : disconnect(state, moment);
    default:
      return event satisfies never;
  }
}

function onMessage(
  state: LiveState,
  event: Extract<LiveEvent, { kind: 'message' }>,
  moment: Moment,
): [LiveState, LiveEffect[]] {
  if (state.kind === 'off' || state.kind === 'waiting') return [state, []];
  if (event.type === 'snapshot') return [{ kind: 'live', lastSeq: event.seq }, [{ kind: 'deliver' }]];
  if (state.kind === 'connecting' || event.seq !== state.lastSeq + 1) return disconnect(state, moment);
  return [{ kind: 'live', lastSeq: event.seq }, [{ kind: 'deliver' }]];
}

function disconnect(
  state: Extract<LiveState, { kind: 'connecting' | 'live' }>,
  moment: Moment,
): [LiveState, LiveEffect[]] {
  const attempt = state.kind === 'live' ? 1 : state.attempt;
  const delayMs = backoffMs(attempt, RECONNECT, moment.random);
  const downSinceMs = state.kind === 'live' ? moment.nowMs : state.downSinceMs;
  return [
    { kind: 'waiting', attempt, downSinceMs, retryAtMs: moment.nowMs + delayMs },
    [{ kind: 'close' }, { kind: 'wait', delayMs }],
  ];
}

/** How long the page stays quiet about a lost connection: a server that restarts at once is no news. */
const BANNER_AFTER_MS = 3 * SECOND;

/** What the reconnect notice says; null while connected or too short a time without. */
export function outageOf(state: LiveState, nowMs: number): { retryInS: number | null } | null {
  if (state.kind === 'off' || state.kind === 'live' || nowMs - state.downSinceMs < BANNER_AFTER_MS) return null;
  return {
    retryInS: state.kind === 'waiting' ? Math.max(0, Math.ceil((state.retryAtMs - nowMs) / SECOND)) : null,
  };
}
