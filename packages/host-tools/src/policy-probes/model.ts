import { readSecret, secretName } from '@yoban/shared/config/secrets';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { createHttpProbe } from '../probes/http.ts';
import { judgeModels } from './core/judge-model.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { unknown } from './verdict.ts';

const bodyMaxBytes = 1_048_576;

/** A model API answers with its list of models, which has the one that is named (W1). Asks for no completion: that costs. */
export function createModelProbe(
  { url, model, bearer, timeout }: ProbeConfigOf<'model'>,
  around: ProbeAround,
): PolicyProbe {
  const address = listAddress(url);
  return {
    look: framedLook({ timeoutMs: timeout, now: around.now }, async (signal) => {
      const token = bearer && readSecret(bearer, around.env);
      if (bearer && !token) return unknown(`${secretName(bearer)} is not set`);
      const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
      const probe = createHttpProbe({ url: address, timeoutMs: timeout, bodyMaxBytes, headers });
      try {
        return judgeModels(await probe.look(signal), model ?? null);
      } finally {
        probe.close();
      }
    }),
    close: () => undefined,
  };
}

/** A bare host means the usual place of the list. */
function listAddress(url: string): string {
  const address = new URL(url);
  if (address.pathname === '/') address.pathname = '/v1/models';
  return address.href;
}
