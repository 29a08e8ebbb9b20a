import type { ProcessUse } from '../probes/process.ts';

export type SupervisorState = 'online' | 'stopped' | 'errored' | 'launching' | 'waiting-restart' | 'unknown';

/** One process and no other: its number alone may come again, in a new container at once. */
export interface RunningProcess {
  /** In the supervisor's pid namespace, which need not be ours. */
  pid: number;
  /** Ticks since boot at its start; since 1970 where the supervisor tells only the time. */
  startTicks: number;
  /** Epoch ms. */
  startedAt: number;
}

/** What a supervisor says of one service. Numbers it does not keep are null. */
export interface SupervisorStatus {
  state: SupervisorState;
  pid: number | null;
  /** Ticks since boot; with the pid it tells one process from the next. */
  startTicks: number | null;
  /** Epoch ms. */
  startedAt: number | null;
  /** Restarts it has counted since it knows the service. */
  restarts: number | null;
  /** Of these, the ones it counts against its limit. */
  unstableRestarts: number | null;
  restartLimit: number | null;
  /** Uptime after which a start counts as stable, ms. */
  minUptimeMs: number | null;
  memoryLimitMb: number | null;
  /** It will not start the process again by itself. */
  gaveUp: boolean;
}

/**
 * Something happened to the process. `gave-up` comes beside the exit it follows from; `away` means that the supervisor itself
 * went out of reach.
 */
export interface SupervisorEvent {
  event: 'exit' | 'online' | 'gave-up' | 'away';
  /** Epoch ms, the supervisor's clock. */
  at: number;
  restarts: number | null;
}

export interface ServiceLogs {
  out: string | null;
  error: string | null;
}

/** How the supervisor itself does. `hung` = it is there and does not answer. */
export interface DaemonLook {
  state: 'up' | 'down' | 'hung' | 'unknown';
  /** One line for people. */
  detail: string;
}

/** Where a supervisor keeps the output of a service that goes to no file. */
export interface JournalUnit {
  unit: string;
  /** Of the user's systemd. */
  user: boolean;
}

/**
 * One guarded service in the hands of its supervisor. Acting methods return when the state asked for is there.
 * They throw OpsError SUPERVISOR_UNAVAILABLE when the supervisor cannot be asked, SUPERVISOR_FAILED when it did not do it.
 */
export interface Supervisor {
  readonly kind: 'pm2' | 'systemd' | 'systemd-user' | 'command' | 'compose' | 'none';
  /** May cost a child process: to act or on doubt, never on a timer. */
  describe(): Promise<SupervisorStatus>;
  /**
   * The process now, read cheaply (once a second); null when it does not run. `undefined` = not to be known at this moment, or
   * never by this supervisor; some know only while they are watched.
   */
  processNow(): RunningProcess | null | undefined;
  /** Memory and CPU of that process since the reading before; null when nothing is known of it. Cheap. */
  use(): ProcessUse | null;
  /** Tells one life of the supervisor from the next; null when it does not run or has no life of its own. Cheap. */
  generation(): string | null;
  /** Returns when the process has really ended. Stopping what is stopped is fine. */
  stop(): Promise<void>;
  /** Starts it from any state and gives it a fresh budget of restarts. Starting what runs is fine. */
  start(): Promise<void>;
  /** A new process takes the place of the old one. */
  restart(): Promise<void>;
  /** As gently as the supervisor can: where it cannot reload, a restart. */
  reload(): Promise<void>;
  /** Forgets failures it has counted, so that it starts the service again; does not start it. */
  resetFailed(): Promise<void>;
  /** Brings a supervisor that is gone back with what it ran; where it has no life of its own, starts the service. */
  resurrect(): Promise<void>;
  /** Makes the service anew from its declaration (ecosystem file, compose file); where there is none, a restart. */
  recreate(): Promise<void>;
  /** Looks at the supervisor itself, and never starts one by that. Does not reject. */
  daemon(): Promise<DaemonLook>;
  logFiles(): Promise<ServiceLogs>;
  /** Makes whoever writes the log files open their names anew, after they were renamed. Missing: nobody can. */
  reopenLogs?(): Promise<void>;
  /** Where its lines are when they are in no file. */
  readonly journal?: JournalUnit;
  /** Pushes exits and starts as they happen, where the supervisor can; returns the end of it. Nothing here may be relied on alone. */
  watch(onEvent: (event: SupervisorEvent) => void): () => void;
}
