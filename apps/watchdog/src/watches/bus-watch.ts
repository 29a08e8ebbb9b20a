import { asOpsError } from '@yoban/shared/errors';
import { BusState, busAnswers, stepBus } from '../core/bus-fault.ts';
import { FaultKeeper } from '../fault-keeper.ts';
import { type Repeat, repeat } from '../repeat.ts';
import type { Watch, WatchDeps } from './watch.ts';

/** Redis, on which all others meet: when it is gone, nobody who needs it can say so. Told through the alerter's own door. */
export class BusWatch implements Watch {
  readonly #deps: WatchDeps;
  readonly #keeper: FaultKeeper<BusState>;
  #loop: Repeat | null = null;

  constructor(deps: WatchDeps) {
    this.#deps = deps;
    this.#keeper = new FaultKeeper({
      subject: 'bus',
      service: deps.config.primary,
      schema: BusState,
      fresh: busAnswers,
      store: deps.store,
      log: deps.log,
      wake: deps.wake,
    });
  }

  start(): void {
    this.#loop = repeat(
      'bus',
      () => this.#deps.config.pace.busEveryMs,
      () => this.#look(),
      this.#deps.log,
    );
    this.#loop.now();
  }

  async stop(): Promise<void> {
    await this.#loop?.stop();
  }

  sample(): [] {
    return [];
  }

  async #look(): Promise<void> {
    const { config, pingBus } = this.#deps;
    const event = await pingBus().then(
      () => ({ type: 'answered' as const }),
      (error: unknown) => ({ type: 'silent' as const, detail: asOpsError(error).message }),
    );
    const now = Date.now();
    const context = { service: config.primary, graceMs: config.pace.busGraceMs };
    this.#keeper.take(stepBus(this.#keeper.state, event, context, now), now);
  }
}
