import type { RunningProcess, Supervisor } from '../supervisors/supervisor.ts';

/** What a declared probe found: whether it holds, the number that was measured, and one line for people without a secret. */
export interface Finding {
  /** Epoch ms at which the look began. */
  at: number;
  passes: boolean;
  /** Not to be known now (a tool is missing, a supervisor is not to be asked): counts neither as good nor as bad. */
  unknown: boolean;
  value: number | null;
  unit: 'ms' | '%' | 'MB' | 'h' | 's' | 'count' | null;
  detail: string;
  durationMs: number;
}

/** One declared probe. A look ends within the probe's timeout, sooner when the signal fires, and never rejects for what it found. */
export interface PolicyProbe {
  look(signal: AbortSignal): Promise<Finding>;
  close(): Promise<void> | void;
}

/** What one probe keeps over a restart of ours: a short text of its own. A text that cannot be kept or read is no error. */
export interface ProbeMemory {
  load(): string | null;
  save(text: string): void;
}

/** What a service says of itself, as a probe may ask for it. */
export type ReportedMetric = 'error_rate';

/** What a probe may ask of the world it stands in. */
export interface ProbeAround {
  service: string;
  supervisor: Supervisor;
  /** YOBAN_HOME: the disk that is meant where a probe names none, and where heartbeats lie. */
  home: string;
  /** Relative paths of the configuration count from here. */
  baseDir: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The service's process now; null when it does not run, undefined when that is not to be known. */
  process: () => RunningProcess | null | undefined;
  /** The newest of the figures that the service reported; null when there is none, or when it is stale. */
  reported: (metric: ReportedMetric, signal: AbortSignal) => Promise<number | null>;
  now: () => number;
  /** Of this one probe. Without it, a file of its own under `home` for the types that keep something. */
  memory?: ProbeMemory;
}
