import type { RedisOptions } from 'bullmq';
import { OpsError } from '../errors.ts';

/** Every key of BullMQ's queues begins with this (contracts.md, Bus). */
export const busPrefix = 'yoban';

/**
 * Redis options of an address `redis://[:password@]host:port[/db]`, `rediss://…` or `unix:///path`.
 * @throws OpsError CONFIG_INVALID when the address is none of these.
 */
export function parseRedisUrl(address: string): RedisOptions {
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
export const patient = (options: RedisOptions): RedisOptions => ({ ...options, maxRetriesPerRequest: null });

/** Options of a connection that gives up at once when Redis is away: producers, HTTP handlers. */
export const impatient = (options: RedisOptions): RedisOptions => ({
  ...options,
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
});
