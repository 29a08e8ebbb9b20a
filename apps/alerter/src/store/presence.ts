import { late } from '@yoban/shared/at-most';
import { atMostAwake } from '@yoban/shared/at-most-awake';
import type { Redis } from 'ioredis';

export interface Presence {
  /** True when Redis answers now. In half a second, or a second where this process had no time. */
  answers(): Promise<boolean>;
}

const answerLimitMs = 500;

/**
 * Whether Redis is there. One that is stopped keeps its connections and answers nothing, so it is asked; while a question is open,
 * no second one is sent. `redis` waits out an outage, so its commands would hang as long.
 */
export function createPresence(redis: Redis): Presence {
  let asked: Promise<boolean> | null = null;
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
      if (redis.status !== 'ready' || asked !== null) return false;
      const answer = await atMostAwake(ask(), answerLimitMs);
      return answer !== late && answer;
    },
  };
}
