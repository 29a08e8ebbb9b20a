import type { Log } from '@yoban/shared/logger';
import type { Supervisor } from '../supervisors/supervisor.ts';

/** What became of an action. `output` is redacted and at most 64 KB. */
export interface ActionOutcome {
  ok: boolean;
  timedOut: boolean;
  exitCode: number | null;
  durationMs: number;
  /** One line for people. */
  detail: string;
  output: string;
}

/** What an action may reach. Everything it acts on is declared in the configuration. */
export interface ActionAround {
  service: string;
  supervisor: Supervisor;
  /** Another declared service's supervisor; null when there is none of that name. */
  supervisorOf: (service: string) => Supervisor | null;
  /** What `target: all` means: the declared services of the same supervisor, this one first (see peersOf). */
  peers: readonly string[];
  /** Restores the newest good backup of a database of the configuration. */
  restore: (database: string, signal: AbortSignal) => Promise<ActionOutcome>;
  /** Looks at a declared probe now. */
  look: (probe: string, signal: AbortSignal) => Promise<{ passes: boolean; detail: string }>;
  home: string;
  baseDir: string;
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  /** Epoch ms. */
  now: () => number;
}
