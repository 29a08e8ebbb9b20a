import { readSecret, secretName } from '@yoban/shared/config/secrets';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { createHttpProbe } from '../probes/http.ts';
import { judgeHttp } from './core/judge-http.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, unknown } from './verdict.ts';

const bodyMaxBytes = 1_048_576;

/**
 * An address answers as it should (C1): status, JSON rules, texts, time. A redirect is not followed. Each look makes a
 * connection of its own: over one that is kept, a server that takes no new ones would still look well.
 */
export function createHttpPolicyProbe(config: ProbeConfigOf<'http'>, around: ProbeAround): PolicyProbe {
  const { url, method, timeout, bearer } = config;
  return {
    look: framedLook({ timeoutMs: timeout, now: around.now }, async (signal) => {
      const token = bearer && readSecret(bearer, around.env);
      if (bearer && !token) return unknown(`${secretName(bearer)} is not set`);
      const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
      const probe = createHttpProbe({ url, timeoutMs: timeout, bodyMaxBytes, method, headers });
      try {
        const look = await probe.look(signal);
        if (look.outcome === 'failed' && look.failure === 'stopped') return bad('no answer');
        return judgeHttp(look, config, around.now());
      } finally {
        probe.close();
      }
    }),
    close: () => undefined,
  };
}
