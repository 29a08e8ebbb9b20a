import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { BackupFile, BackupOverview, Tier } from '@yoban/shared/contracts/backup';
import type { MetricsResponse, SeriesResponse } from '@yoban/shared/contracts/metrics';
import { DAY, HOUR, isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { zoneStamp } from '@yoban/shared/zone-time';
import type { Scenario } from './sample-health.ts';

const STEP_S = 600;
const BUCKETS = 144;
const ZONE = 'Asia/Tokyo';

/** A repeatable stream of numbers in [0, 1): the pictures must look the same each time. */
function repeatable(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function wave(seed: number, base: number, swing: number, shape: (i: number) => number = () => 0): number[] {
  const random = repeatable(seed);
  let drift = 0;
  return Array.from({ length: BUCKETS }, (_, i) => {
    drift = drift * 0.82 + (random() - 0.5) * swing;
    return Math.max(0, base + drift + shape(i));
  });
}

const bump = (centre: number, width: number, height: number) => (i: number) =>
  height * Math.exp(-(((i - centre) / width) ** 2));

function stateColumn(scenario: Scenario): (number | null)[] {
  const column: (number | null)[] = Array.from({ length: BUCKETS }, () => 0);
  column[107] = 1;
  if (scenario === 'empty') return column.map((_, i) => (i < BUCKETS - 3 ? null : 0));
  if (scenario !== 'healthy') {
    column[21] = null;
    column[130] = 2;
    column[BUCKETS - 1] = scenario === 'down' ? 2 : 1;
  }
  return column;
}

export function sampleSeries(scenario: Scenario, nowMs: number): SeriesResponse {
  const lastBegin = Math.floor(nowMs / 1000 / STEP_S) * STEP_S;
  const times = Array.from({ length: BUCKETS }, (_, i) => lastBegin - (BUCKETS - 1 - i) * STEP_S);
  const errors = wave(
    33,
    0.5,
    0.35,
    (i) => bump(107, 2, 5)(i) + (scenario === 'degraded' && i > 139 ? (i - 139) * 3.7 : 0),
  );
  const answer = wave(21, 1150, 220, bump(107, 2, 2400));
  const gapAt = (from: number) => (value: number, i: number) => (i >= from && scenario === 'stale' ? null : value);
  const columns: SeriesResponse['columns'] = {
    memory_mb: wave(7, 118, 4, (i) => i * 0.19).map((v, i) => (i === 60 || i === 61 ? null : v)),
    llm_avg_ms: answer,
    llm_p95_ms: answer.map((v, i) => v * 1.55 + 150 * Math.sin(i)),
    llm_error_percent: errors,
    tips: wave(45, 1.6, 1.4, (i) => 1.3 * Math.sin(((i - 60) / 144) * 6.28)).map(Math.round),
    tips_failed: Array.from({ length: BUCKETS }, (_, i) => (i === 107 ? 1 : 0)),
    cycle_ms: wave(9, 600_000, 5_000, bump(107, 1.5, 26_000)).map(gapAt(139)),
    viewers: wave(13, 34, 5, (i) => 16 * Math.sin(((i - 95) / 144) * 6.28) + 8).map(Math.round),
    disk_used_percent: wave(17, 34.2, 0.05, (i) => i * 0.002).map(gapAt(138)),
    state: stateColumn(scenario),
  };
  if (scenario === 'empty') {
    for (const key of Object.keys(columns)) {
      columns[key] = (columns[key] ?? []).map((value, i) => (i < BUCKETS - 3 ? null : value));
    }
  }
  return { stepS: STEP_S, times, columns };
}

export function sampleMetrics(): MetricsResponse {
  return {
    llm_response_times: [],
    tip_counts: [],
    memory_usage: [],
    cycle_durations: [],
    totals: {
      tips_today: 214,
      tips_total: 9_310,
      llm_calls_today: 4_120,
      errors_today: 3,
      uptime_seconds: 310_920,
      game_days_elapsed: 15,
    },
    recent_alerts: [],
  };
}

const base = {
  service: 'ailife',
  lastError: null,
  suppressed: 0,
  resolvedAt: null,
  ackedBy: null,
  ackedAt: null,
  silencedBy: null,
  hiddenBy: null,
  labels: {},
  text: null,
  notices: [],
};

export function sampleAlerts(scenario: Scenario, nowMs: number): AlertRecord[] {
  if (scenario === 'empty') return [];
  const at = (ms: number) => isoTime(nowMs - ms);
  const backup = (id: string, tier: Tier, ageMs: number, sizeMb: number): AlertRecord => ({
    ...base,
    id,
    alertType: 'backup_ok',
    level: 'info',
    state: 'info',
    raisedAt: at(ageMs),
    params: { db: 'game', tier, sizeMb, seconds: 0.4 },
  });
  const earlier: AlertRecord = {
    ...base,
    id: 'ailife/process_down#1',
    alertType: 'process_down',
    level: 'critical',
    state: 'resolved',
    raisedAt: at(2 * HOUR + 27 * MINUTE),
    resolvedAt: at(2 * HOUR + 26 * MINUTE + 19 * SECOND),
    params: { graceS: 10, supervisor: 'pm2' },
    lastError: 'SQLITE_BUSY, database is locked',
    notices: [
      { id: 'n1', channel: 'slack', kind: 'raise', state: 'sent', attempts: 1, at: at(2 * HOUR), lastError: null },
      { id: 'n2', channel: 'mail', kind: 'raise', state: 'sent', attempts: 1, at: at(2 * HOUR), lastError: null },
    ],
  };
  const list = [backup('b1', 'daily', 30 * MINUTE, 6.3), earlier, backup('b2', 'hourly', 9.5 * HOUR, 6.2)];
  if (scenario === 'degraded') {
    list.unshift({
      ...base,
      id: 'ailife/llm_error_rate#2',
      alertType: 'llm_error_rate',
      level: 'warning',
      state: 'open',
      raisedAt: at(6 * MINUTE),
      params: { value: 15.3, limit: 10, fallback: true },
      suppressed: 3,
    });
  }
  if (scenario === 'down') {
    list.unshift({
      ...earlier,
      id: 'ailife/process_down#2',
      state: 'open',
      raisedAt: at(24 * SECOND),
      resolvedAt: null,
      lastError: "Cannot find module '/srv/ailife/examples/ailife/dist/platforms/youtube-live-chat-client.js'",
    });
  }
  return list;
}

function file(tier: Tier, takenAtMs: number, sizeBytes: number): BackupFile {
  const name = `game_${tier}_${zoneStamp(takenAtMs, ZONE)}.sqlite${tier === 'weekly' ? '.gz' : ''}`;
  return {
    id: name,
    db: 'game',
    tier,
    path: `/var/backups/ailife/${tier}/${name}`,
    takenAt: isoTime(takenAtMs),
    dueAt: isoTime(takenAtMs),
    trigger: 'schedule',
    sizeBytes,
    databaseBytes: 6_600_000,
    sha256: `${takenAtMs.toString(16)}${'9af3c1d07b5e48aa'.repeat(4)}`.slice(0, 64),
    verifiedAt: isoTime(takenAtMs + 5 * SECOND),
    durationMs: 412,
    journalMode: 'wal',
  };
}

export function sampleBackups(scenario: Scenario, nowMs: number): BackupOverview[] {
  const next = { at: isoTime(nowMs + 2.5 * HOUR), tier: 'hourly' as const };
  const keepByTier = { hourly: 8, daily: 7, weekly: 4 };
  const none = {
    db: 'game',
    service: 'ailife',
    next,
    lastRun: null,
    files: [],
    bytesByTier: {},
    keepByTier,
    totalBytes: 0,
  };
  if (scenario === 'empty') return [none];
  const newest = nowMs - 30 * MINUTE;
  const hourly = Array.from({ length: 8 }, (_, i) => file('hourly', newest - i * 3 * HOUR, 6_600_000));
  const daily = Array.from({ length: 6 }, (_, i) => file('daily', newest + SECOND - i * DAY, 6_600_000));
  const weekly = Array.from({ length: 4 }, (_, i) => file('weekly', newest - (3 + i * 7) * DAY, 1_990_000));
  const sum = (files: BackupFile[]) => files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  const [last] = daily;
  return [
    {
      ...none,
      lastRun: last
        ? {
            state: 'ok',
            id: last.id,
            db: 'game',
            tier: 'daily',
            dueAt: last.dueAt,
            trigger: 'schedule',
            startedAt: last.takenAt,
            endedAt: last.verifiedAt,
            file: last,
          }
        : null,
      files: [...hourly, ...daily, ...weekly],
      bytesByTier: { hourly: sum(hourly), daily: sum(daily), weekly: sum(weekly) },
      totalBytes: sum([...hourly, ...daily, ...weekly]),
    },
  ];
}
