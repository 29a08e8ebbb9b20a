import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { Locale, Messages } from '../../i18n/messages.ts';
import { duration, latencyText, megabytesText, oneDecimal, percent, yen } from '../../lib/format.ts';
import { freshnessOf, panelIntervalS } from '../../lib/freshness.ts';
import { type PanelState, panelState, severityOf } from '../../lib/panel-state.ts';

/** One check of the primary service as a line of the table. */
export interface CheckRow {
  id: string;
  name: string;
  state: PanelState | 'not-configured';
  facts: string;
  /** Seconds; null when never seen. */
  ageS: number | null;
}

interface Check {
  status: string;
  stale: boolean;
  age_s: number | null;
  configured: boolean;
}

type Entry = [id: string, name: string, check: Check, everyS: number, facts: string[]];

function entries({ checks, uptime_seconds: uptime }: HealthResponse, words: Messages, locale: Locale): Entry[] {
  const { process, database, llm, tips, platforms, game, system, backups } = checks;
  const platform = (label: string, check: Check): Entry => [
    label.toLowerCase(),
    label,
    check,
    panelIntervalS.platforms,
    [],
  ];
  const limit = process.memory_limit_mb === null ? [] : [words.ofLimit(megabytesText(process.memory_limit_mb))];
  return [
    [
      'process',
      words.process,
      process,
      panelIntervalS.process,
      [
        megabytesText(process.memory_mb),
        ...limit,
        `CPU ${percent(process.cpu_percent)}`,
        duration(uptime * 1000, locale, 2),
      ],
    ],
    ['database', words.databases, database, panelIntervalS.system, [megabytesText(database.size_mb)]],
    [
      'llm',
      words.llm,
      llm,
      panelIntervalS.llm,
      [latencyText(llm.avg_response_ms, locale), `${words.errorRate} ${percent(llm.error_rate_percent)}`],
    ],
    [
      'tips',
      words.tips,
      tips,
      panelIntervalS.tips,
      [`${words.processed} ${tips.processed_last_hour}`, yen(tips.revenue_last_hour_yen)],
    ],
    ['game', words.game, game, panelIntervalS.game, [`${words.cycle} ${game.current_cycle}`]],
    platform('YouTube', platforms.youtube),
    platform('TikTok', platforms.tiktok),
    platform('OBS', platforms.obs),
    [
      'system',
      words.system,
      system,
      panelIntervalS.system,
      system.disk_free_gb === null ? [] : [words.free(`${oneDecimal(system.disk_free_gb)} GB`)],
    ],
    ['backups', words.backups, backups, panelIntervalS.backups, []],
  ];
}

/** The checks of the primary service; `elapsedS` is the time since they arrived. */
export function checkRows(health: HealthResponse, elapsedS: number, words: Messages, locale: Locale): CheckRow[] {
  return entries(health, words, locale).map(([id, name, check, everyS, facts]) => {
    const freshness = freshnessOf({ stale: check.stale, ageS: check.age_s, elapsedS, everyS });
    const state = check.configured ? panelState(severityOf(check.status), freshness) : 'not-configured';
    const hidden = state === 'unknown' || state === 'not-configured';
    return { id, name, state, facts: hidden ? '–' : facts.join(' · '), ageS: freshness.ageS };
  });
}
