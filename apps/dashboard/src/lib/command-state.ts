import type { AlertAudit } from '@yoban/shared/contracts/alert-command';
import { SECOND } from '@yoban/shared/contracts/time';

/**
 * A command to the alerter, from the press of a button to what became of it. The server's 202 says only that it was taken;
 * `done` is the alerter's own word.
 */
export type CommandState =
  | { kind: 'idle' }
  | { kind: 'asking' }
  | { kind: 'waiting'; commandId: string; sinceMs: number }
  | { kind: 'done'; atMs: number }
  | { kind: 'unchanged'; reason: string; atMs: number }
  | { kind: 'slow'; commandId: string; atMs: number }
  | { kind: 'refused'; why: string; atMs: number };

/** What is known of a command that has ended. */
type Outcome = Pick<AlertAudit, 'done' | 'reason'>;

const SLOW_AFTER_MS = 15 * SECOND;
/** An outcome stays readable this long. */
const SHOWN_FOR_MS = 12 * SECOND;

/** What has become of it, seen from the alerter's answer (null: none yet). Pure, so that it can be asked on every drawing. */
export function followCommand(state: CommandState, audit: Outcome | null, nowMs: number): CommandState {
  switch (state.kind) {
    case 'idle':
    case 'asking':
      return state;
    case 'waiting':
      if (audit) return outcomeOf(audit, nowMs);
      if (nowMs - state.sinceMs <= SLOW_AFTER_MS) return state;
      return { kind: 'slow', commandId: state.commandId, atMs: nowMs };
    case 'slow':
      if (audit) return outcomeOf(audit, nowMs);
      return forget(state, nowMs);
    case 'done':
    case 'unchanged':
    case 'refused':
      return forget(state, nowMs);
    default:
      return state satisfies never;
  }
}

const outcomeOf = ({ done, reason }: Outcome, atMs: number): CommandState =>
  done ? { kind: 'done', atMs } : { kind: 'unchanged', reason, atMs };

const forget = <S extends CommandState & { atMs: number }>(state: S, nowMs: number): S | { kind: 'idle' } =>
  nowMs - state.atMs > SHOWN_FOR_MS ? { kind: 'idle' } : state;

/** The command that is waited for, or null. */
export const awaited = (state: CommandState): string | null =>
  state.kind === 'waiting' || state.kind === 'slow' ? state.commandId : null;

export const isBusy = ({ kind }: CommandState): boolean => kind === 'asking' || kind === 'waiting';
