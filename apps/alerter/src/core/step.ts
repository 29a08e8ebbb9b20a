import type { AlertLabels, AlertParams, OwnText } from '@yoban/shared/contracts/alert';
import type { AlertState, OpenAlert, ResolvedAlert } from './alert-state.ts';
import type { Holder } from './holder.ts';
import type { Policy } from './rules.ts';

/** A raise as the machine sees it. Times are epoch ms, the source's own. */
export interface RaiseInput {
  kind: 'raise';
  level: 'critical' | 'warning';
  at: number;
  params: AlertParams;
  lastError: string | null;
  labels: AlertLabels;
  text: OwnText | null;
  endsAt: number | null;
  /** The incident it was told as past Redis, where it was. */
  epoch?: number | undefined;
}

export type AlertInput =
  | RaiseInput
  | { kind: 'clear'; at: number }
  /** A moment that was planned for this alert has come, or what held it back is over. */
  | { kind: 'clock' }
  /** `epoch` names the incident: an answer to an earlier one must not touch this. */
  | { kind: 'ack'; epoch: number; by: string; note: string | null }
  | { kind: 'unack'; epoch: number };

export interface StepContext {
  now: number;
  policy: Policy;
  /** What holds raises back besides the window: a silence or an open parent. */
  holder: Holder | null;
}

export type StepReason =
  | 'raised'
  | 'raised_inside_window'
  | 'repeated'
  | 'refreshed'
  | 'still_firing'
  | 'upgraded'
  | 'listed'
  | 'not_listed'
  | 'covered_by_critical'
  | 'silenced'
  | 'hidden_by_parent'
  | 'late_raise'
  | 'raised_and_recovered'
  | 'recovered'
  | 'ended'
  | 'early_clear'
  | 'stale_clear'
  | 'released'
  | 'owed'
  | 'escalated'
  | 'reminded'
  | 'still_held'
  | 'acked'
  | 'ack_lapsed'
  | 'unacked'
  | 'not_open'
  | 'not_acked'
  | 'nothing_due';

/** A message the step asks for. The state that comes with it is the one the words are made from. */
export interface Draft {
  kind: 'raise' | 'still' | 'escalation' | 'ack' | 'recovery';
  /** Why a `still` comes now, or since when nobody has acknowledged. */
  because: 'reminder' | 'window' | 'silence' | 'parent' | null;
  channels: readonly string[];
  of: OpenAlert | ResolvedAlert;
}

export interface Step {
  state: AlertState;
  reason: StepReason;
  drafts: Draft[];
}
