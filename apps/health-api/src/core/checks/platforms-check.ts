import type { HealthResponse } from '@yoban/shared/contracts/health';
import { MINUTE } from '@yoban/shared/contracts/time';
import type { Finding, Judged, Observed } from '../observed.ts';
import { type Freshness, freshnessOf, notConfigured, staleFinding } from '../staleness.ts';
import { partFreshness } from './part-freshness.ts';

/** Of a probe that nobody has told of yet. */
const unheardEveryMs = MINUTE;

type PlatformsShown = HealthResponse['checks']['platforms'];

/** YouTube and TikTok as the app reports them; one it does not report is not configured. OBS as the probe of the policy sees it. */
export function platformsCheck(seen: Observed, now: number): Judged<PlatformsShown> {
  const [fresh, everyMs] = partFreshness(seen, 'platforms', now);
  const reported = seen.report?.platforms ?? null;
  const youtube = onePlatform('youtube', reported?.youtube?.connected, fresh, everyMs);
  const tiktok = onePlatform('tiktok', reported?.tiktok?.connected, fresh, everyMs);
  const obs = obsPlatform(seen, now);
  return {
    shown: {
      youtube: { ...youtube.shown, last_poll: reported?.youtube?.lastPollAt ?? '' },
      tiktok: { ...tiktok.shown, last_event: reported?.tiktok?.lastEventAt ?? '' },
      obs: obs.shown,
      viewers: reported?.viewers ?? null,
    },
    findings: [...youtube.findings, ...tiktok.findings, ...obs.findings],
  };
}

/** What does not stream is as gone to the viewers as what does not answer. What the probe could never tell is stale. */
function obsPlatform({ settings, probes }: Observed, now: number): Judged<PlatformsShown['obs']> {
  const declared = settings.probes.find(({ type }) => type === 'obs');
  const probe = declared && probes.get(declared.name);
  const known = probe && probe.state !== 'unknown' ? probe : null;
  const everyMs = probe?.everyMs ?? unheardEveryMs;
  const fresh = freshnessOf(known && Date.parse(known.observedAt), everyMs, now);
  const { shown, findings } = onePlatform('obs', declared && known?.state === 'ok', fresh, everyMs);
  return { shown: { ...shown, streaming: shown.status === 'ok', last_seen: probe?.goodAt ?? '' }, findings };
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
