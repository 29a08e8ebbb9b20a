import { atMost, late } from '@yoban/shared/at-most';
import type { Redis } from 'ioredis';

export interface Presence {
  /** True when Redis answers now. Never longer than half a second. */
  answers(): Promise<boolean>;
  /** True when it did not within the last `ms`. */
  wasAway(ms: number): boolean;
}

const answerLimitMs = 500;

/**
 * Whether Redis is there. One that is stopped keeps its connections and answers nothing, so it is asked; while a question is open,
 * no second one is sent. `redis` waits out an outage, so its commands would hang as long.
 */
export function createPresence(redis: Redis): Presence {
  let asked: Promise<boolean> | null = null;
  let awayAt = Number.NEGATIVE_INFINITY;
  const missed = (): false => {
    awayAt = performance.now();
    return false;
  };
  redis.on('close', missed);
  const ask = (): Promise<boolean> => {
    const answer = redis
      .ping()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asked = null;
      });
    asked = answer;
    return answer;
  };
  return {
    answers: async () => {
      if (redis.status !== 'ready' || asked !== null) return missed();
      const answer = await atMost(ask(), answerLimitMs);
      return answer === late || !answer ? missed() : true;
    },
    wasAway: (ms) => redis.status !== 'ready' || asked !== null || performance.now() - awayAt <= ms,
  };
}
