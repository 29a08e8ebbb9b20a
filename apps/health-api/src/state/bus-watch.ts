import { late } from '@yoban/shared/at-most';
import { atMostAwake } from '@yoban/shared/at-most-awake';
import { busPrefix, impatient, type RedisAddress } from '@yoban/shared/bus/connection';
import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';

import { Redis } from 'ioredis';
import { type BusSettings, busSafety } from '../core/bus-safety.ts';

export interface BusWatch {
  state(): 'ok' | 'down' | 'unsafe';
  /** What makes it unsafe, in words of Redis' own settings. */
  detail(): string;
  /** Asks Redis whether it answers, and each minute how it keeps its data. Waits 2 s for each, twice that where this process had no time. */
  check(now: number): Promise<void>;
  /** Ends with the first connection, or after a second: a start should neither call a healthy bus down nor wait for a dead one. */
  firstContact(): Promise<void>;
}

const answerLimitMs = 2 * SECOND;
const safetyEveryMs = MINUTE;

/** Watches the bus over a connection of its own. Without an address the bus is down: the kit works on without it and says so. */
export function watchBus(redis: RedisAddress | null, log: Log, stop: StopStack): BusWatch {
  if (!redis) {
    log.warn({ event: 'bus.not_configured', hint: 'Set REDIS_URL' });
    return { state: () => 'down', detail: () => '', check: async () => {}, firstContact: async () => {} };
  }
  let up = false;
  let detail = '';
  let unsafe = false;
  let told = '';
  let askedAt = 0;
  const client = new Redis({ ...impatient(redis), connectTimeout: answerLimitMs });
  const turn = (next: boolean) => {
    if (up !== next) log[next ? 'info' : 'warn']({ event: next ? 'bus.up' : 'bus.down', prefix: busPrefix });
    up = next;
  };
  client.on('error', (error) => log.debug({ event: 'bus.error', err: error }));
  client.on('ready', () => turn(true));
  client.on('close', () => turn(false));
  stop.push('bus watch', () => client.disconnect());

  const judge = async () => {
    const safety = busSafety(await readSettings(client));
    unsafe = safety.verdict === 'unsafe';
    detail = safety.detail;
    const line = `${safety.verdict} ${safety.detail}`;
    // Told on change only: once a minute for weeks would bury the rest of the log.
    if (line !== told && safety.verdict !== 'safe')
      log[unsafe ? 'warn' : 'info']({ event: `bus.${safety.verdict}`, detail });
    told = line;
  };
  const ready = new Promise<void>((resolve) => client.once('ready', () => resolve()));
  return {
    firstContact: async () => void (await atMostAwake(ready, SECOND)),
    state: () => (!up ? 'down' : unsafe ? 'unsafe' : 'ok'),
    detail: () => detail,
    check: async (now) => {
      if (client.status !== 'ready') return;
      try {
        await within(client.ping(), answerLimitMs);
        turn(true);
        if (now - askedAt < safetyEveryMs) return;
        await within(judge(), answerLimitMs);
        // Only now: until a look has its answer, a Redis that can lose data would read `ok`.
        askedAt = now;
      } catch (error) {
        log.debug({ event: 'bus.no_answer', err: error });
        // A Redis that is stopped keeps its connections open: only the missing answer shows it.
        turn(false);
      }
    },
  };
}

async function readSettings(client: Redis): Promise<BusSettings | null> {
  try {
    const one = async (name: string) => {
      const reply: unknown = await client.config('GET', name);
      return valueIn(reply, name);
    };
    return {
      appendonly: await one('appendonly'),
      appendfsync: await one('appendfsync'),
      maxmemory: await one('maxmemory'),
      maxmemoryPolicy: await one('maxmemory-policy'),
    };
  } catch (error) {
    // Managed Redis forbids CONFIG; then its settings are unknown, which is said and not guessed.
    if (error instanceof Error && /NOPERM|unknown command|not allowed/i.test(error.message)) return null;
    throw error;
  }
}

/** Redis before protocol 3 answers with a flat list of names and values, since then with a map. */
function valueIn(reply: unknown, name: string): string {
  if (Array.isArray(reply)) return String(reply[1] ?? '');
  if (reply instanceof Map) return String(reply.get(name) ?? '');
  if (typeof reply === 'object' && reply !== null)
    return String(Object.entries(reply).find(([key]) => key === name)?.[1]);
  return '';
}

async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const outcome = await atMostAwake(work, limitMs);
  if (outcome === late) throw new Error(`no answer in ${limitMs} ms`);
  return outcome;
}
