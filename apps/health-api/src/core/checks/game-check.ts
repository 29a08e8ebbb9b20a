import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { Finding, Judged, Observed } from '../observed.ts';
import { notConfigured, staleFinding } from '../staleness.ts';
import { partFreshness } from './part-freshness.ts';

/** H2: stale when the last cycle is older than two cycles, counted from the app's start when it has run none yet. */
export function gameCheck(seen: Observed, now: number): Judged<HealthResponse['checks']['game']> {
  const [part, everyMs] = partFreshness(seen, 'game', now);
  const game = seen.report?.game ?? null;
  // An app that reports, but no game, has none; before its first report nobody knows, and that is stale.
  const fresh = seen.report && !game ? notConfigured : part;
  const findings: Finding[] = fresh.stale ? staleFinding('game', fresh, everyMs) : [];
  if (game && fresh.configured && !fresh.stale) {
    const since = game.lastCycleAt === null ? (seen.report?.instanceSince ?? now) : Date.parse(game.lastCycleAt);
    const [ageS, limitS] = [Math.round((now - since) / 1000), (2 * game.cycleMs) / 1000];
    if (now - since > 2 * game.cycleMs)
      findings.push({ code: 'cycle_stale', check: 'game', impact: 'degraded', value: ageS, limit: limitS });
  }
  return {
    shown: {
      status: findings.length > 0 ? 'stale' : 'ok',
      current_cycle: game?.cycle ?? 0,
      last_cycle_at: game?.lastCycleAt ?? '',
      game_day: game?.day ?? 0,
      cycle_ms: game?.cycleMs ?? null,
      characters: game?.characters ?? [],
      ...fresh,
    },
    findings,
  };
}
