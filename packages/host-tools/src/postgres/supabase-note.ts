import { createHttpProbe } from '../probes/http.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const names = ['NEXT_PUBLIC_SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY'] as const;
/** What its gateway answers for a project that is paused. */
const pausedStatus = 540;
const limitMs = 3_000;

/** Those of Supabase's variables that a program lacks which has the other; none for who does not use Supabase. */
export function missingSupabase(env: Variables, isAsked: boolean): string[] {
  const missing = names.filter((name) => !env[name]);
  return isAsked || missing.length < names.length ? missing : [];
}

/** Whether the project's gateway says that it is paused; false where there is no address to ask. Never rejects. */
export async function isPaused(env: Variables, signal: AbortSignal): Promise<boolean> {
  const { NEXT_PUBLIC_SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: key } = env;
  if (!url || !URL.canParse('/rest/v1/', url) || !/^https?:/.test(url)) return false;
  const headers: Record<string, string> = key ? { apikey: key } : {};
  const probe = createHttpProbe({ url: new URL('/rest/v1/', url).href, timeoutMs: limitMs, headers });
  try {
    const look = await probe.look(signal);
    return look.outcome === 'answered' && look.status === pausedStatus;
  } finally {
    probe.close();
  }
}
