import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { Finding, Judged, Observed } from '../observed.ts';
import { type Freshness, notConfigured, staleFinding } from '../staleness.ts';
import { partFreshness } from './part-freshness.ts';

type PlatformsShown = HealthResponse['checks']['platforms'];

/** YouTube and TikTok as the app reports them; one it does not report is not configured. OBS has no source yet. */
export function platformsCheck(seen: Observed, now: number): Judged<PlatformsShown> {
  const [fresh, everyMs] = partFreshness(seen, 'platforms', now);
  const reported = seen.report?.platforms ?? null;
  const youtube = onePlatform('youtube', reported?.youtube?.connected, fresh, everyMs);
  const tiktok = onePlatform('tiktok', reported?.tiktok?.connected, fresh, everyMs);
  return {
    shown: {
      youtube: { ...youtube.shown, last_poll: reported?.youtube?.lastPollAt ?? '' },
      tiktok: { ...tiktok.shown, last_event: reported?.tiktok?.lastEventAt ?? '' },
      obs: { status: 'disconnected', streaming: false, last_seen: '', ...notConfigured },
      viewers: reported?.viewers ?? null,
    },
    findings: [...youtube.findings, ...tiktok.findings],
  };
}

function onePlatform(
  name: string,
  connected: boolean | undefined,
  part: Freshness,
  everyMs: number,
): Judged<Freshness & { status: 'ok' | 'disconnected' }> {
  const check = `platforms.${name}`;
  if (connected === undefined || !part.configured)
    return { shown: { status: 'disconnected', ...notConfigured }, findings: [] };
  if (part.stale) return { shown: { status: 'disconnected', ...part }, findings: staleFinding(check, part, everyMs) };
  const findings: Finding[] = connected
    ? []
    : [{ code: 'platform_disconnected', check, impact: 'degraded', value: null, limit: null }];
  return { shown: { status: connected ? 'ok' : 'disconnected', ...part }, findings };
}
