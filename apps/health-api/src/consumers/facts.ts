import type { RedisAddress } from '@yoban/shared/bus/connection';
import { consume } from '@yoban/shared/bus/consumer';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Worker } from 'bullmq';
import type { HealthApiContext } from '../context.ts';
import { takeFact } from '../state/take-fact.ts';

/** Feeds the read models from queue `fact`. One at a time: facts about one thing must not overtake each other. */
export function consumeFacts(redis: RedisAddress, context: HealthApiContext, stop: StopStack): Worker {
  return consume({
    queue: 'fact',
    redis,
    log: context.log,
    stop,
    handle: async (fact) => {
      context.live.changed(takeFact(context, fact));
      context.facts.told();
    },
  });
}
