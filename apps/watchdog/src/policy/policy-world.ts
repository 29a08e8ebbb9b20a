import type { FindingOf } from '../core/policy/policy-event.ts';
import type { Elsewhere, PolicyState } from '../core/policy/policy-state.ts';

/** What became of an action, as far as the engine needs it. */
export interface Acted {
  outcome: 'ok' | 'failed' | 'timed_out';
  exitCode: number | null;
  durationMs: number;
  detail: string;
}

/** Everything that a runner reaches of the world. None rejects for what it found; `tryLock` throws when the lock file cannot be opened. */
export interface PolicyWorld {
  look(probe: string, signal: AbortSignal): Promise<FindingOf>;
  act(action: string, signal: AbortSignal): Promise<Acted>;
  /** Gives the folder of the bundle, relative to YOBAN_HOME; null when nothing was kept. */
  takeEvidence(items: readonly string[], incidentId: string): Promise<string | null>;
  /** The service's lock among all programs; null while another one has it. */
  tryLock(): { release(): void } | null;
  /** Announced work on the service, until then (epoch ms). */
  maintenanceUntil(now: number): number | null;
  /** Another version of the service is being put in place. */
  isDeploying(now: number): boolean;
  /** Services we depend on that have a fault now. */
  faultyDependencies(): string[];
  /** What the built-in alerts of the service are. */
  toldElsewhere(): Elsewhere;
  /** The state after each step, for the others. */
  onState(state: PolicyState): void;
  close(): Promise<void>;
}
