import type { AlertParams } from '@yoban/shared/contracts/alert';
import type { Level, PolicyState } from './policy-state.ts';

/** What is to be done, in this order, once the state that asks for it is on disk. */
export type PolicyEffect =
  /** Begins a look; its finding comes back as an event. */
  | { do: 'look'; probe: string }
  /** Comes back as `evidence_ended`. */
  | { do: 'evidence'; fault: string; incidentId: string; items: readonly string[] }
  /** Comes back as `action_ended` with the same attempt. `source`: `yoban`, or who kicked. */
  | {
      do: 'run';
      attempt: string;
      action: string;
      fault: string | null;
      step: number | null;
      incidentId: string | null;
      source: string;
      /** Which start this is within the window of its budget, and how many that allows; null where none counts it. */
      nth: number | null;
      max: number | null;
    }
  /** observe: what it would have done. */
  | { do: 'would_run'; fault: string; incidentId: string; step: number; actions: readonly string[] }
  | ({ do: 'incident'; incidentId: string; fault: string } & IncidentChange)
  | {
      do: 'tell';
      kind: 'raise' | 'clear' | 'info';
      level: Level;
      alertType: string;
      fault: string;
      incidentId: string;
      params: AlertParams;
    }
  /** A phase of the recovery (S3): awaited from `beganAt` to `dueAt`, `endedAt` null until it has come. Epoch ms. */
  | {
      do: 'phase';
      incidentId: string;
      fault: string;
      name: string;
      beganAt: number;
      dueAt: number;
      endedAt: number | null;
      late: boolean;
    }
  | { do: 'kick_answer'; id: string; action: string; result: 'accepted' | 'done' | 'failed' | KickRefusal };

export type KickRefusal = 'not_allowed' | 'maintenance' | 'busy' | 'budget' | 'expired' | 'interrupted';

export type IncidentChange =
  | { change: 'opened'; beganAt: number | null; detectedAt: number; severity: Level; cause: string }
  | {
      change: 'acted';
      attempt: string;
      action: string;
      outcome: 'ok' | 'failed' | 'timed_out';
      exitCode: number | null;
      durationMs: number;
      detail: string;
    }
  | { change: 'verified'; ok: boolean; probes: readonly string[]; why: string }
  | { change: 'closed'; recoveredBy: 'yoban' | 'operator' | 'by-itself' };

/** Why something was done or left, as a word for logs and tests, and what it was about. */
export interface PolicyDecision {
  fault: string | null;
  reason: PolicyReason;
  detail: string;
}

export type PolicyReason =
  | ('probe_failing' | 'probe_passing')
  | ('suspect' | 'suspect_over' | 'detected' | 'healthy' | 'recovered' | 'supervisor_recovered')
  | ('grace' | 'grace_over' | 'supervisor_gave_up' | 'taken_up' | 'step' | 'condition_unmet' | 'ladder_again')
  | (
      | 'ladder_end'
      | 'halted'
      | 'suppressed'
      | 'budget_full'
      | 'budget_free'
      | 'backoff'
      | 'already_healthy'
      | 'not_known'
    )
  | ('acting' | 'acted' | 'lock_busy' | 'verified' | 'unverified' | 'would_run')
  | (
      | 'maintenance'
      | 'deploying'
      | 'blocked'
      | 'hold_over'
      | 'told'
      | 'told_elsewhere'
      | 'cooldown'
      | 'kick'
      | 'acknowledged'
    )
  | ('resumed' | 'interrupted' | 'clock_jumped' | 'unknown_attempt' | 'phase' | 'phase_late' | 'policy_changed');

/** The new state, what is to be done, and why. With no decision and no effect but looks, nothing changed that must outlive a kill. */
export interface PolicyStep {
  state: PolicyState;
  effects: PolicyEffect[];
  decisions: PolicyDecision[];
}
