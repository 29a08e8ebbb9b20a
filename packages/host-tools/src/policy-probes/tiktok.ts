import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { firstMessage } from '../first-message.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good } from './verdict.ts';

/** The live feed takes a connection and says something on it: one that is merely open may be dead (S3). */
export function createTiktokProbe({ url, timeout }: ProbeConfigOf<'tiktok'>, around: ProbeAround): PolicyProbe {
  const late = (limit: string) => bad(`the feed said nothing within ${limit}`);
  return {
    look: framedLook({ timeoutMs: timeout, now: around.now, late }, async (signal) => {
      const heard = await firstMessage(socketAddress(url), signal);
      const measured = { value: heard.latencyMs, unit: 'ms' } as const;
      return heard.ok ? good('the feed is connected', measured) : bad(heard.detail, measured);
    }),
    close: () => undefined,
  };
}

/** Some write the address of the room as http. */
const socketAddress = (url: string): string => url.replace(/^http(s?):/, 'ws$1:');
