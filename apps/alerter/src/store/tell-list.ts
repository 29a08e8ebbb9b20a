import { Fact } from '@yoban/shared/contracts/fact';
import { jsonText } from '@yoban/shared/contracts/json-text';
import type { Redis } from 'ioredis';
import { keyPrefix } from './lua-script.ts';
import type { SetAside } from './set-aside.ts';

export interface Untold {
  fact: Fact;
  raw: string;
}

/** Facts of decisions that are no records: each is written with its decision and told once. */
export interface TellList {
  /** The longest waiting first. */
  next(limit: number): Promise<Untold[]>;
  /** The bus has it. */
  done(one: Untold): Promise<void>;
}

const key = `${keyPrefix}tell`;

export function createTellList(redis: Redis, setAside: SetAside): TellList {
  // By its text, not by its place: two alerters may tell the same list.
  const remove = async (raw: string) => void (await redis.lrem(key, 1, raw));
  return {
    next: async (limit) => {
      const found: Untold[] = [];
      for (const raw of await redis.lrange(key, 0, limit - 1)) {
        const fact = jsonText(Fact).safeParse(raw);
        if (fact.success) {
          found.push({ fact: fact.data, raw });
          continue;
        }
        await setAside({ kind: 'fact', id: raw.slice(0, 80), raw, error: fact.error });
        await remove(raw);
      }
      return found;
    },
    done: ({ raw }) => remove(raw),
  };
}
