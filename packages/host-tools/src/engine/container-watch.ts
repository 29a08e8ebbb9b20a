import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '@yoban/shared/backoff';
import { type ContainerDetail, ContainerEvent } from '@yoban/shared/contracts/engine';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import type { ProcessUse } from '../probes/process.ts';
import type { SupervisorEvent } from '../supervisors/supervisor.ts';
import { openEngineStream } from './ask-engine.ts';
import type { ContainerCalls } from './container-calls.ts';
import { processOf, statusOf } from './container-state.ts';
import { createContainerUse } from './container-use.ts';
import type { EngineAddress } from './engine-address.ts';
import { engineLines } from './engine-lines.ts';

/** What is known of a service's container; `last` is the newest word, however old, null = there is none. `unknown` = the engine is not heard. */
export type ContainerView = { at: 'connected' | 'unknown'; last: ContainerDetail | null };

export interface ContainerWatchTimes {
  askMs: number;
  /** Between looks that need no event: they take memory and CPU, mend what an event would have told, and find out a silent engine. */
  beatMs: number;
  /** Between attempts to reach an engine. */
  retry: { baseMs: number; capMs: number };
}

const Line = jsonText(ContainerEvent);

/** Holds a stream of an engine's events about one service, and looks at its container whenever one comes and at each beat. */
export class ContainerWatch {
  readonly #address: EngineAddress;
  readonly #calls: ContainerCalls;
  readonly #times: ContainerWatchTimes;
  readonly #onEvent: (event: SupervisorEvent) => void;
  readonly #use = createContainerUse();
  readonly #end = new AbortController();
  #view: ContainerView = { at: 'unknown', last: null };
  /** Events heard so far. */
  #heard = 0;
  #looking: Promise<void> | null = null;

  constructor(
    address: EngineAddress,
    calls: ContainerCalls,
    times: ContainerWatchTimes,
    onEvent: (event: SupervisorEvent) => void,
  ) {
    this.#address = address;
    this.#calls = calls;
    this.#times = times;
    this.#onEvent = onEvent;
  }

  get view(): ContainerView {
    return this.#view;
  }

  get use(): ProcessUse | null {
    return this.#view.at === 'connected' ? this.#use.now() : null;
  }

  end(): void {
    this.#end.abort();
  }

  /** Connects, and again with growing pauses, until it is ended. Rejects only for a defect, of ours or of who listens. */
  async run(): Promise<void> {
    const { signal } = this.#end;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await this.#follow(() => {
          attempt = 0;
        });
      } catch (error) {
        // From here on nothing is known; whoever asks for the status is told why.
        if (!isLoss(error)) throw error;
      }
      this.#lose();
      await sleep(backoffMs(attempt, this.#times.retry, Math.random()), null, { signal }).catch(() => undefined);
    }
  }

  /** Until the stream ends, is cut, or a look fails. */
  async #follow(onConnected: () => void): Promise<void> {
    const path = this.#calls.eventsPath;
    const stream = await openEngineStream(this.#address, { method: 'GET', path, timeoutMs: this.#times.askMs });
    const cut = () => void stream.destroy();
    const beat = setInterval(() => void this.#guarded(stream, () => this.#beat()), this.#times.beatMs);
    this.#end.signal.addEventListener('abort', cut);
    try {
      if (this.#end.signal.aborted) return;
      if (stream.statusCode !== 200) throw new OpsError('SUPERVISOR_UNAVAILABLE', `events: ${stream.statusCode}`);
      await this.#beat();
      onConnected();
      for await (const line of engineLines(stream)) this.#hear(line, stream);
    } finally {
      clearInterval(beat);
      this.#end.signal.removeEventListener('abort', cut);
      stream.destroy();
    }
  }

  /** A look that fails ends the stream, which is what is waited for. */
  async #guarded(stream: IncomingMessage, look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      stream.destroy(asOpsError(error));
    }
  }

  async #beat(): Promise<void> {
    await this.#look();
    const { last } = this.#view;
    const process = last && processOf(last);
    if (process) this.#use.take(process, await this.#calls.stats(last.Id));
    else this.#use.forget();
  }

  #hear(line: string, stream: IncomingMessage): void {
    const event = Line.safeParse(line);
    if (!event.success) return;
    this.#heard += 1;
    const { last } = this.#view;
    const { Action, Actor, timeNano } = event.data;
    if (Action === 'die' && last?.Id === Actor.ID) {
      const State = {
        ...last.State,
        Status: 'exited',
        Running: false,
        Restarting: false,
        Pid: 0,
        ExitCode: 0,
        OOMKilled: false,
      };
      this.#show({ ...last, State }, Math.round(timeNano / 1e6));
    }
    void this.#guarded(stream, () => this.#look());
  }

  /** One look at a time. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookUntilNew();
    return this.#looking;
  }

  /** An answer that an event has overtaken is thrown away and asked for again. */
  async #lookUntilNew(): Promise<void> {
    try {
      for (;;) {
        const heard = this.#heard;
        const found = await this.#find();
        if (this.#end.signal.aborted) return;
        if (heard === this.#heard) return this.#show(found, Date.now());
      }
    } finally {
      // In the same turn as the comparison: an event after it begins a look of its own.
      this.#looking = null;
    }
  }

  /** The container known while it runs, else whichever is the service's now: a new one may have taken its place. */
  async #find(): Promise<ContainerDetail | null> {
    const { last } = this.#view;
    const known = last && (await this.#calls.inspect(last.Id));
    if (known && processOf(known)) return known;
    try {
      return await this.#calls.find();
    } catch (error) {
      if (asOpsError(error).fields.reach === 'gone') return null;
      throw error;
    }
  }

  #show(next: ContainerDetail | null, at: number): void {
    const before = this.#view;
    this.#view = { at: 'connected', last: next };
    const push = (event: SupervisorEvent['event'], when = at): void =>
      this.#onEvent({ event, at: when, restarts: next?.RestartCount ?? null });
    const now = next && processOf(next);
    const gaveUp = next !== null && statusOf(next).gaveUp;
    // What would have been heard, had we been there when it happened.
    if (before.at !== 'connected') {
      push(gaveUp ? 'gave-up' : now ? 'online' : 'exit');
      return;
    }
    const was = before.last && processOf(before.last);
    if (was && now?.startTicks !== was.startTicks) push('exit');
    if (now && now.startTicks !== was?.startTicks) push('online', now.startedAt);
    if (gaveUp && !(before.last && statusOf(before.last).gaveUp)) push('gave-up');
  }

  #lose(): void {
    this.#use.forget();
    if (this.#view.at !== 'connected' || this.#end.signal.aborted) return;
    this.#view = { at: 'unknown', last: this.#view.last };
    this.#onEvent({ event: 'away', at: Date.now(), restarts: null });
  }
}

/** The engine went, or does not answer as one: not a mistake in what was done with its answers. */
const isLoss = (error: unknown): boolean =>
  error instanceof OpsError ? error.code !== 'UNEXPECTED' : error instanceof Error && 'code' in error;
