/**
 * What a parent and its clients say to each other over the unix socket: one JSON object a line, both ways. Pids and ticks are
 * those of the parent's pid namespace; whoever lives in another one must not look them up.
 */

/** Neither side sends a longer line, its end included. */
export const lineMaxBytes = 8 * 1024;

/** A watcher hears something at least this often; three beats missed mean that the parent hangs. */
export const beatEveryMs = 2_000;

/** `watch` answers like `status`, then pushes on that connection until it closes. */
export const requestKinds = ['status', 'stop', 'start', 'restart', 'watch'] as const;
export type RequestKind = (typeof requestKinds)[number];

export interface Request {
  /** Comes back with the reply; at most 64 characters. */
  id: string;
  do: RequestKind;
}

export type AppState = 'online' | 'launching' | 'stopped' | 'waiting-restart' | 'errored';

/** `asked` = by a client or by the end of the parent; `killed` = by a signal that somebody else sent, the kernel's OOM killer too. */
export type ExitReason = 'crashed' | 'killed' | 'ended' | 'asked' | 'memory-limit';

export interface LastExit {
  /** Epoch ms. */
  at: number;
  code: number | null;
  signal: string | null;
  reason: ExitReason;
}

export interface Status {
  version: 1;
  state: AppState;
  /** Of the app's first process; null while none runs. */
  pid: number | null;
  /** Clock ticks since boot: with the pid, an identity that no later process can have. */
  startTicks: number | null;
  /** Epoch ms. */
  startedAt: number | null;
  /** Processes that took the place of an earlier one since this parent began, asked for or not. */
  restarts: number;
  /** Of these, in a row, the ones whose predecessor ended within the minimum uptime. */
  unstableRestarts: number;
  restartLimit: number;
  minUptimeMs: number;
  memoryLimitMb: number | null;
  /** The limit is used up: nothing starts the app again but a `start` or `restart`. */
  gaveUp: boolean;
  /** Resident memory of that process, MB of 2^20 bytes. */
  memoryMb: number | null;
  /** User and system time of that process, ticks of 10 ms. */
  cpuTicks: number | null;
  /** As `/proc/self/ns/pid` names it: `pid:[4026531836]`. */
  pidNamespace: string;
  parent: { pid: number; startTicks: number };
  logs: { out: string | null; error: string | null };
  lastExit: LastExit | null;
}

/** `BAD_REQUEST`: not understood, nothing done. `FAILED`: the state asked for was not reached; the message says why. */
export type Reply =
  | { id: string; ok: true; status: Status }
  | { id: string; ok: false; code: 'BAD_REQUEST' | 'FAILED'; message: string };

export type PushKind = 'exit' | 'online' | 'gave-up' | 'beat';

export interface Push {
  event: PushKind;
  /** Epoch ms. */
  at: number;
  status: Status;
}
