import type { Elsewhere } from './policy-state.ts';

/** What a look at a probe found, without what only people want. */
export interface FindingOf {
  passes: boolean;
  /** Not to be known now: counts neither as good nor as bad. */
  unknown: boolean;
  detail: string;
}

export interface ActionEnded {
  type: 'action_ended';
  attempt: string;
  /** busy: another program holds the lock of the service, so the action was never begun. */
  outcome: 'ok' | 'failed' | 'timed_out' | 'busy';
  exitCode: number | null;
  durationMs: number;
  detail: string;
}

/** What happens to a service, as the policy engine hears it. Each is a fact; what follows is decided by `stepPolicy`. */
export type PolicyEvent =
  /**
   * The engine has just read its state: looks, evidence and actions that were under way are not any more. `ended`: the action under
   * way when that was last written, where its end was noted all the same.
   */
  | { type: 'started'; ended?: ActionEnded }
  /** Nothing but time has passed. */
  | { type: 'timer' }
  | { type: 'finding'; probe: string; finding: FindingOf }
  | { type: 'process'; event: 'exit' | 'online' | 'gave_up' }
  | { type: 'evidence_ended'; incidentId: string }
  | ActionEnded
  | { type: 'kick'; id: string; action: string; source: string }
  /** Somebody has seen it and wants it tried again. */
  | { type: 'ack'; fault: string | null }
  /** Announced work until then (epoch ms), or its end. */
  | { type: 'maintenance'; until: number | null }
  | { type: 'deploying'; is: boolean }
  /** Services of `dependsOn` that have a fault now. */
  | { type: 'dependencies'; faulty: readonly string[] }
  /** What the built-in alerts of the service are. */
  | { type: 'told_elsewhere'; is: Elsewhere }
  /** The wall clock was set: by so much more than time has passed. Ages are kept. */
  | { type: 'clock_jumped'; byMs: number };
