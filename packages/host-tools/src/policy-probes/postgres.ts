import { readSecret, secretName } from '@yoban/shared/config/secrets';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { type PostgresAddress, postgresAddress } from '../postgres/postgres-address.ts';
import { isPaused, missingSupabase } from '../postgres/supabase-note.ts';
import { ask } from './ask-postgres.ts';
import { isOurOwn, postgresProblem } from './core/postgres-problem.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, inWords, unknown, type Verdict } from './verdict.ts';

const noAddress =
  'its address is not of the form postgres://user:password@host:5432/name, where a password has %40 for @, %2F for / and %23 for #';

/** Of a project that is paused, some of these come first. */
const maybePaused = ['no_host', 'refused', 'unreachable', 'broken', 'no_server', 'other'];

/**
 * A database answers what is asked of it (P1), over a connection of its own: one that is kept would still look well when no
 * new one comes about. The address and its password are never told.
 */
export function createPostgresProbe(config: ProbeConfigOf<'postgres'>, around: ProbeAround): PolicyProbe {
  let isConnected = false;
  const late = (limit: string) => bad(isConnected ? silence(config, limit) : `no connection within ${limit}`);
  return {
    look: framedLook({ timeoutMs: config.timeout, now: around.now, late }, async (signal) => {
      isConnected = false;
      const url = readSecret(config.url, around.env);
      if (!url) return unknown(notSet(config, around));
      const address = postgresAddress(url);
      if (!address) return unknown(noAddress);
      // Loaded once, on the first look: that time is not the database's.
      await import('pg');
      const begunAt = performance.now();
      try {
        const onConnected = () => {
          isConnected = true;
        };
        return inTime(
          await ask({ config, address, signal, onConnected, begunAt }),
          performance.now() - begunAt,
          config,
        );
      } catch (error) {
        return failed(error, address, around, signal);
      }
    }),
    close: () => undefined,
  };
}

/** What it means that a server which took the connection says nothing more. */
function silence({ ask: asked }: ProbeConfigOf<'postgres'>, limit: string): string {
  if (asked === 'notify')
    return `LISTEN does not hear NOTIFY within ${limit} (through a pool it can only where that is of the session)`;
  return `connected, but no answer within ${limit}: it stands still, or its pool is exhausted`;
}

/** The answer came; where time counts, it may have come too late. */
function inTime(verdict: Verdict, tookMs: number, { maxLatency }: ProbeConfigOf<'postgres'>): Verdict {
  const ms = Math.round(tookMs * 10) / 10;
  const measured = verdict.value === undefined ? { ...verdict, value: ms, unit: 'ms' as const } : verdict;
  if (verdict.is !== 'good' || maxLatency === undefined || ms <= maxLatency) return measured;
  return bad(`answered in ${inWords(ms)}, over ${inWords(maxLatency)}`, { value: ms, unit: 'ms' });
}

async function failed(
  error: unknown,
  address: PostgresAddress,
  { env }: ProbeAround,
  signal: AbortSignal,
): Promise<Verdict> {
  const problem = postgresProblem(error, address);
  const { trouble, detail } = problem;
  if (isOurOwn(problem)) return unknown(detail);
  const notes = missingSupabase(env, trouble === 'paused').map((name) => `${name} is not set`);
  if (maybePaused.includes(trouble) && (await isPaused(env, signal)))
    return bad(`the Supabase project is paused (540): restore it in its dashboard; ${detail}`);
  return bad([detail, ...notes].join('; '));
}

function notSet({ url }: ProbeConfigOf<'postgres'>, { env }: ProbeAround): string {
  const name = secretName(url);
  const others = missingSupabase(env, /SUPABASE/.test(name)).filter((one) => one !== name);
  return [name, ...others].map((one) => `${one} is not set`).join('; ');
}
