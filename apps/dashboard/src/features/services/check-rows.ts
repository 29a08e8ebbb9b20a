import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { Locale, Messages } from '../../i18n/messages.ts';
import { ago, duration, gigabytesText, instant, latencyText, megabytesText, percent, yen } from '../../lib/format.ts';
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

export interface RowContext {
  /** Seconds since the values arrived. */
  elapsedS: number;
  /** The server's time, epoch ms. */
  nowMs: number;
  words: Messages;
  locale: Locale;
}

interface Entry {
  id: keyof typeof panelIntervalS | 'youtube' | 'tiktok' | 'obs';
  name: string;
  check: { status: string; stale: boolean; age_s: number | null; configured: boolean };
  facts: (string | null)[];
}

function appEntries({ checks, uptime_seconds: uptime }: HealthResponse, { words, locale }: RowContext): Entry[] {
  const { process, database, llm, tips, game } = checks;
  const limit = process.memory_limit_mb;
  return [
    {
      id: 'process',
      name: words.process,
      check: process,
      facts: [
        words.fact(words.memory, megabytesText(process.memory_mb)),
        limit === null ? null : words.limit(megabytesText(limit)),
        words.fact(words.cpu, percent(process.cpu_percent)),
        words.fact(words.uptime, duration(uptime * 1000, locale, 2)),
      ],
    },
    { id: 'database', name: words.databaseWord, check: database, facts: [megabytesText(database.size_mb)] },
    {
      id: 'llm',
      name: words.llm,
      check: llm,
      facts: [
        words.fact(words.avgResponse, latencyText(llm.avg_response_ms, locale)),
        words.fact(words.errorRate, percent(llm.error_rate_percent)),
      ],
    },
    {
      id: 'tips',
      name: words.tips,
      check: tips,
      facts: [
        words.fact(words.processed, String(tips.processed_last_hour)),
        words.fact(words.revenue, yen(tips.revenue_last_hour_yen)),
      ],
    },
    { id: 'game', name: words.game, check: game, facts: [words.fact(words.cycle, String(game.current_cycle))] },
  ];
}

function outerEntries({ checks }: HealthResponse, { words, locale, nowMs }: RowContext): Entry[] {
  const { platforms, system, backups } = checks;
  const age = (iso: string, say: (age: string) => string) => {
    const at = instant(iso);
    return at === null ? null : say(ago(nowMs - at, locale));
  };
  const free = system.disk_free_gb;
  return [
    {
      id: 'youtube',
      name: 'YouTube',
      check: platforms.youtube,
      facts: [age(platforms.youtube.last_poll, words.polled)],
    },
    { id: 'tiktok', name: 'TikTok', check: platforms.tiktok, facts: [age(platforms.tiktok.last_event, words.event)] },
    { id: 'obs', name: 'OBS', check: platforms.obs, facts: [age(platforms.obs.last_seen, words.seen)] },
    {
      id: 'system',
      name: words.system,
      check: system,
      facts: [free === null ? null : words.fact(words.diskFree, gigabytesText(free))],
    },
    {
      id: 'backups',
      name: words.backups,
      // The worker speaks when something changes: its silence is no age as long as no run is overdue.
      check: { ...backups, age_s: backups.stale ? backups.age_s : 0 },
      facts: [age(backups.verified_at, (when) => words.fact(words.lastGood, when))],
    },
  ];
}

const isPlatform = (id: Entry['id']): id is 'youtube' | 'tiktok' | 'obs' =>
  id === 'youtube' || id === 'tiktok' || id === 'obs';

/** How often a policy usually looks, seconds; each probe has its own interval, which the server knows. */
const probeIntervalS = 60;
const probeSeverity = { ok: 'ok', failing: 'warn', unknown: 'unknown' } as const;

/** The probes of one service's policy, by the names in its file. */
export function probeRows({ probes }: HealthResponse, service: string, { elapsedS }: RowContext): CheckRow[] {
  return probes
    .filter((probe) => probe.service === service)
    .map(({ name, type, status, value, unit, stale, age_s: ageS }) => {
      const freshness = freshnessOf({ stale, ageS, elapsedS, everyS: probeIntervalS });
      const severity = probeSeverity[status];
      const state = severity === 'unknown' ? severity : panelState(severity, freshness);
      const measured = value === null || state === 'unknown' ? null : `${value} ${unit ?? ''}`.trim();
      const facts = [type, measured].filter((fact) => fact !== null).join(' · ');
      return { id: `probe.${name}`, name, state, facts, ageS: freshness.ageS };
    });
}

/** The checks of the primary service, each with its own freshness, then the probes of its policy. */
export function checkRows(health: HealthResponse, primary: string, context: RowContext): CheckRow[] {
  const probes = probeRows(health, primary, context);
  return [...ownRows(health, context), ...probes];
}

function ownRows(health: HealthResponse, context: RowContext): CheckRow[] {
  return [...appEntries(health, context), ...outerEntries(health, context)].map(({ id, name, check, facts }) => {
    const everyS = panelIntervalS[isPlatform(id) ? 'platforms' : id];
    const freshness = freshnessOf({ stale: check.stale, ageS: check.age_s, elapsedS: context.elapsedS, everyS });
    const state = check.configured ? panelState(severityOf(check.status), freshness) : 'not-configured';
    const hidden = state === 'unknown' || state === 'not-configured';
    const told = facts.filter((fact) => fact !== null).join(' · ');
    return { id, name, state, facts: hidden || told === '' ? '–' : told, ageS: freshness.ageS };
  });
}
