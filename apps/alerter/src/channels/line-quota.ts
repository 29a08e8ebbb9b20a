import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { zoneDateTime } from '@yoban/shared/zone-time';
import { z } from 'zod';
import type { SendResult } from '../core/retry.ts';
import type { ChannelNote } from './channel.ts';

interface QuotaDeps {
  endpoint: string;
  authorization: string;
  to: string;
  report: (note: ChannelNote) => void;
  now?: () => number;
}

export interface LineQuota {
  /** Null while a push may go, else what to answer instead of asking LINE. */
  mayPush(): Promise<SendResult | null>;
  onPushed(): void;
  /** A push has its answer: a good moment for a question that is due, since LINE then counts that push too. */
  afterTry(): void;
  /** LINE itself says that the month is used up. */
  onLimit(): SendResult;
}

const askEveryMs = HOUR;
/** An answer that did not come is asked for again sooner. */
const askAgainMs = 5 * MINUTE;
const askTimeoutMs = 3_000;
const nearShare = 0.8;

const Limit = z.object({ type: z.string(), value: z.number().optional() });
const Usage = z.object({ totalUsage: z.number() });
const Members = z.object({ count: z.number() });

/** What LINE counted up to the last time we asked, and what we sent since. */
interface Known {
  limit: number | null;
  used: number;
  /** People a push reaches: LINE counts each of them. */
  reach: number;
}

/**
 * Keeps to LINE's monthly number of messages. LINE is asked for limit and use once an hour, behind a push and never
 * before one, unless the month is known to be used up: its own count knows of other senders and outlives our process. A 429
 * can also pass (LINE sets messages of a running broadcast aside), so a used up month is asked about each hour too.
 */
export function createLineQuota(deps: QuotaDeps): LineQuota {
  const { report, now = Date.now } = deps;
  let known: Known = { limit: null, used: 0, reach: 1 };
  let nextAskAt = 0;
  let refused = false;
  let told: ChannelNote['state'] | null = null;

  const state = () => (refused ? 'exhausted' : quotaState(known));
  const tell = () => {
    told = state();
    report({ kind: 'quota', state: told, used: known.used, limit: known.limit, until: monthEnd(now()) });
  };
  const askAfter = (ms: number) => {
    nextAskAt = Math.min(now() + ms, Math.max(now() + MINUTE, monthEnd(now())));
  };
  const ask = async () => {
    askAfter(askAgainMs);
    // Not to be known now: what was known stands, and it is asked again; a used up month shows at the push itself.
    const answer = await askLine(deps).catch(() => null);
    if (answer === null) return;
    known = answer;
    refused = false;
    askAfter(askEveryMs);
    // A state that is not ok is told each time: whoever should hear of it may have been away.
    if (state() !== 'ok' || told !== 'ok') tell();
  };
  const exhausted = (code: string): SendResult => ({ kind: 'quota', code, afterMs: monthEnd(now()) - now() });
  return {
    mayPush: async () => {
      if (state() === 'exhausted' && now() >= nextAskAt) await ask();
      return state() === 'exhausted' ? exhausted('monthly_limit') : null;
    },
    afterTry: () => {
      if (now() >= nextAskAt) void ask();
    },
    onPushed: () => {
      known = { ...known, used: known.used + known.reach };
      if (told !== null && state() !== told) tell();
    },
    onLimit: () => {
      refused = true;
      askAfter(askEveryMs);
      tell();
      return exhausted('http_429_monthly_limit');
    },
  };
}

/** `exhausted`: the next push to `reach` people would not fit any more. A null limit is a plan without one. */
export function quotaState({ limit, used, reach }: Known): ChannelNote['state'] {
  if (limit === null) return 'ok';
  if (used + reach > limit) return 'exhausted';
  return used >= limit * nearShare ? 'near' : 'ok';
}

/** Where LINE's month ends, in epoch ms: the first of the next month in Japan, whose clock never changes. */
export function monthEnd(now: number): number {
  const [year = 0, month = 0] = zoneDateTime(now, 'Asia/Tokyo').split('-').map(Number);
  return Date.UTC(year, month, 1) - 9 * HOUR;
}

async function askLine({ endpoint, authorization, to }: QuotaDeps): Promise<Known> {
  const signal = AbortSignal.timeout(askTimeoutMs);
  const get = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
    const response = await fetch(new URL(path, endpoint), { headers: { authorization }, redirect: 'error', signal });
    return shape.parse(await response.json());
  };
  const [limit, usage, reach] = await Promise.all([
    get('/v2/bot/message/quota', Limit),
    get('/v2/bot/message/quota/consumption', Usage),
    reachOf(to, get),
  ]);
  return { limit: limit.type === 'limited' ? (limit.value ?? null) : null, used: usage.totalUsage, reach };
}

type Get = <T>(path: string, shape: z.ZodType<T>) => Promise<T>;

async function reachOf(to: string, get: Get): Promise<number> {
  const kind = to.startsWith('C') ? 'group' : to.startsWith('R') ? 'room' : null;
  if (kind === null) return 1;
  return (await get(`/v2/bot/${kind}/${encodeURIComponent(to)}/members/count`, Members)).count;
}
