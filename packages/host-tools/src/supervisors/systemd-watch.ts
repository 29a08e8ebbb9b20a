import { asOpsError } from '@yoban/shared/errors';
import { isRunning, procStat, startedAtMs } from '../proc.ts';
import type { RunningProcess, SupervisorEvent } from './supervisor.ts';
import type { Systemctl, UnitShow } from './systemctl.ts';

/** A process that runs costs one small file of /proc each time; systemd is asked only while none does. */
const lookEveryMs = 250;
const askSlowlyAfterMs = 60_000;
const askSlowlyEveryMs = 2_000;

type Hear = (event: SupervisorEvent) => void;

/** Sees the main process of a unit come and go. What it knows is as old as one look, also while nobody listens. */
export class SystemdWatch {
  readonly #systemctl: Systemctl;
  #known: RunningProcess | null | undefined;
  #hear: Hear | null = null;
  #timer: NodeJS.Timeout | undefined;
  #asking: boolean = false;
  #failed: boolean = false;
  #away: boolean = false;
  #goneSince = 0;
  #askedAt = 0;

  constructor(systemctl: Systemctl) {
    this.#systemctl = systemctl;
  }

  /** Undefined when it is not to be known without asking. */
  get process(): RunningProcess | null | undefined {
    if (this.#known && !isRunning(this.#known)) return this.#hear && this.#away ? undefined : null;
    return this.#away ? undefined : this.#known;
  }

  start(hear: Hear): () => void {
    clearInterval(this.#timer);
    this.#hear = hear;
    this.#timer = setInterval(() => this.#look(), lookEveryMs);
    this.#look();
    return () => {
      if (this.#hear !== hear) return;
      clearInterval(this.#timer);
      this.#hear = null;
    };
  }

  /** What systemd has just said. */
  learn(shown: UnitShow): void {
    const before = this.#known;
    const found = mainProcess(shown);
    // Its start is told in steps of 10 ms, and would not be the same number twice.
    const isSame = before && found && before.pid === found.pid && before.startTicks === found.startTicks;
    const now = isSame ? before : found;
    this.#away = false;
    this.#known = now;
    if (before && now?.pid !== before.pid) this.#say('exit', shown);
    if (before !== undefined && now && (before === null || now.pid !== before.pid)) this.#say('online', shown);
    const failed = shown.ActiveState === 'failed';
    if (failed && !this.#failed && before !== undefined) this.#say('gave-up', shown);
    this.#failed = failed;
    if (now) this.#goneSince = 0;
    else this.#goneSince ||= performance.now();
  }

  #look(): void {
    if (this.#known && isRunning(this.#known)) return;
    const now = performance.now();
    const slowly = this.#goneSince > 0 && now - this.#goneSince > askSlowlyAfterMs;
    if (this.#asking || (slowly && now - this.#askedAt < askSlowlyEveryMs)) return;
    this.#askedAt = now;
    this.#asking = true;
    void this.#ask().finally(() => {
      this.#asking = false;
    });
  }

  async #ask(): Promise<void> {
    try {
      this.learn(await this.#systemctl.show());
    } catch (thrown) {
      // A unit that is not there is no process; a systemd that is away leaves us in the dark.
      if (asOpsError(thrown).fields.reach === undefined) this.#known = null;
      else if (!this.#away) {
        this.#away = true;
        this.#hear?.({ event: 'away', at: Date.now(), restarts: null });
      }
    }
  }

  #say(event: SupervisorEvent['event'], { NRestarts }: UnitShow): void {
    this.#hear?.({ event, at: Date.now(), restarts: NRestarts ?? null });
  }
}

/** systemd keeps the number for a moment after the end: only /proc says whether it runs. */
export function mainProcess({ MainPID }: UnitShow): RunningProcess | null {
  const stat = MainPID ? procStat(MainPID) : null;
  return stat && { pid: stat.pid, startTicks: stat.startTicks, startedAt: startedAtMs(stat, Date.now()) };
}
