import { OpsError } from '../errors.ts';

/** Every key of BullMQ's queues begins with this. */
export const busPrefix = 'yoban';

/** Where a Redis is. Fits the option types of both BullMQ and ioredis, which are not assignable to each other. */
export interface RedisAddress {
  path?: string;
  host?: string;
  port?: number;
  username?: string;
  password?: string;
  db?: number;
  tls?: Record<string, never>;
}

/**
 * Redis options of an address `redis://[:password@]host:port[/db]`, `rediss://…` or `unix:///path`.
 * @throws OpsError CONFIG_INVALID when the address is none of these.
 */
export function parseRedisUrl(address: string): RedisAddress {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === 'unix:') return { path: decodeURIComponent(url.pathname) };
  if (url?.protocol !== 'redis:' && url?.protocol !== 'rediss:') {
    throw new OpsError('CONFIG_INVALID', 'REDIS_URL is not an address of a Redis', {
      hint: 'Use redis://host:6379, rediss://host:6379 or unix:///path/to/redis.sock',
    });
  }
  return {
    host: url.hostname,
    port: Number(url.port || 6379),
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    ...(url.pathname.length > 1 && { db: Number(url.pathname.slice(1)) }),
    ...(url.protocol === 'rediss:' && { tls: {} }),
  };
}

/** Options of a connection that waits out an outage of any length: workers and blocking reads. */
export const patient = (redis: RedisAddress) => ({ ...redis, maxRetriesPerRequest: null });

/** Options of a connection that gives up at once when Redis is away: producers, HTTP handlers. */
export const impatient = (redis: RedisAddress) => ({ ...redis, maxRetriesPerRequest: 1, enableOfflineQueue: false });
