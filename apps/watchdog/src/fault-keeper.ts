import type { Log } from '@yoban/shared/logger';
import type { z } from 'zod';
import type { Step } from './core/effect.ts';
import type { WatchStore } from './store/watch-store.ts';

export interface KeeperOptions<S> {
  subject: string;
  service: string;
  schema: z.ZodType<S>;
  fresh: S;
  store: WatchStore;
  log: Log;
  /** Called after facts were written: they should leave now. */
  wake: () => void;
  /** Evidence for a fault that is told now, or null. */
  lastError?: () => string | null;
}

/** Holds the state of one fault over restarts. A step that has a reason or tells something is on disk before it counts. */
export class FaultKeeper<S> {
  readonly #options: KeeperOptions<S>;
  #state: S;

  constructor(options: KeeperOptions<S>) {
    this.#options = options;
    this.#state = options.store.load(options.subject, options.schema, options.fresh);
  }

  get state(): S {
    return this.#state;
  }

  /** Replaces the kept state without telling anybody. */
  reset(state: S): void {
    this.#state = state;
  }

  take({ state, effects, reason }: Step<S>, now: number): void {
    const { store, subject, service, log, wake, lastError } = this.#options;
    if (reason !== null || effects.length > 0) {
      const evidence = effects.some((effect) => effect.do === 'raise' || effect.do === 'inform');
      const told = evidence ? (lastError?.() ?? null) : null;
      store.commit({ subject, state, service, effects, lastError: told }, now);
      log.info({ event: 'fault.step', subject, service, reason, tells: effects.map(named) });
      if (effects.length > 0) wake();
    }
    this.#state = state;
  }
}

const named = (effect: Step<unknown>['effects'][number]): string =>
  effect.do === 'amend' ? 'amend' : `${effect.do}:${effect.alertType}`;
