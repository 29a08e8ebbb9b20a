import type { BackupFile, BackupOverview } from '@yoban/shared/contracts/backup';
import type { CheckOf } from '@yoban/shared/contracts/check';
import { HOUR, isoTime, MINUTE } from '@yoban/shared/contracts/time';
import type { LatestReport, Observed, ServiceSettings } from '../src/core/observed.ts';

/** Builders of healthy input; a test changes the one thing it is about. Times are epoch ms. */
export const settings: ServiceSettings = {
  name: 'ailife',
  displayName: 'AIPrizeCohabitationLife',
  reportEveryMs: 5_000,
  parts: ['process', 'database', 'llm', 'tips', 'platforms', 'game'],
  supervised: true,
  memoryLimitMb: 512,
  tipQueueLimit: 50,
  databases: ['game'],
  probes: [],
};

export const processUp = (now: number): CheckOf<'process'> => ({
  check: 'process',
  service: 'ailife',
  observedAt: isoTime(now),
  everyMs: 1_000,
  state: 'up',
  pid: 4242,
  startedAt: isoTime(now - 86_400_000),
  memoryMb: 145,
  memoryLimitMb: 512,
  cpuPercent: 8.2,
  cpuSustained: false,
  restartCount: 0,
  restartsLeft: 10,
  supervisor: 'pm2',
});

export const livenessUp = (now: number): CheckOf<'liveness'> => ({
  check: 'liveness',
  service: 'ailife',
  observedAt: isoTime(now),
  everyMs: 1_000,
  state: 'up',
  httpStatus: 200,
  latencyMs: 3,
  error: null,
});

export const databaseOk = (now: number): CheckOf<'database'> => ({
  check: 'database',
  service: 'ailife',
  observedAt: isoTime(now),
  everyMs: 5_000,
  name: 'game',
  state: 'ok',
  sizeMb: 6.3,
  lastWriteAt: isoTime(now - 10_000),
  integrityOkAt: isoTime(now - HOUR),
  error: null,
});

export const systemOk = (now: number): CheckOf<'system'> => ({
  check: 'system',
  service: 'ailife',
  observedAt: isoTime(now),
  everyMs: MINUTE,
  diskFreeGb: 42,
  diskTotalGb: 100,
  logMb: 18,
  netLatencyMs: 12,
  hostCpuPercent: 14,
  load1m: 0.4,
  hostMemoryPercent: 61,
});

export const reportOk = (now: number): LatestReport => ({
  at: now,
  instance: 'one',
  instanceSince: now - HOUR,
  gauges: { tipQueueDepth: 0, wsConnectedClients: 3, llmFallbackActive: false },
  game: {
    cycle: 144,
    day: 15,
    lastCycleAt: isoTime(now - 2 * MINUTE),
    cycleMs: 10 * MINUTE,
    characters: [{ name: 'John', activity: 'cooking', mood: 72 }],
  },
  platforms: {
    youtube: { connected: true, lastPollAt: isoTime(now - 2_000) },
    tiktok: { connected: true, lastEventAt: isoTime(now - 90_000) },
    viewers: 42,
  },
});

export const backupFile = (now: number): BackupFile => ({
  id: 'f1',
  db: 'game',
  tier: 'hourly',
  path: '/backups/hourly/game_hourly_20260311_150000.sqlite',
  takenAt: isoTime(now - HOUR),
  dueAt: isoTime(now - HOUR),
  trigger: 'schedule',
  sizeBytes: 6_606_028,
  databaseBytes: 6_606_028,
  sha256: 'a'.repeat(64),
  verifiedAt: isoTime(now - HOUR),
  durationMs: 40,
  journalMode: 'wal',
});

export const overviewOk = (now: number): BackupOverview => ({
  db: 'game',
  service: 'ailife',
  next: { at: isoTime(now + HOUR), tier: 'hourly' },
  lastRun: {
    state: 'ok',
    id: 'r1',
    db: 'game',
    tier: 'hourly',
    dueAt: isoTime(now - HOUR),
    trigger: 'schedule',
    startedAt: isoTime(now - HOUR),
    endedAt: isoTime(now - HOUR + 40),
    file: backupFile(now),
  },
  files: [backupFile(now)],
  bytesByTier: { hourly: 6_606_028 },
  keepByTier: { hourly: 8, daily: 7, weekly: 4 },
  totalBytes: 6_606_028,
});

export function observedOk(now: number): Observed {
  return {
    settings,
    report: reportOk(now),
    hour: {
      llmCalls: 200,
      llmErrorPercent: 0.5,
      llmAvgMs: 1_200,
      llmP95Ms: 2_000,
      llmTimeouts: 1,
      llmFallbacks: 0,
      tipsOk: 12,
      tipsFailed: 0,
      tipsYen: 3_500,
    },
    llmLastOkAt: now - 5_000,
    process: processUp(now),
    liveness: livenessUp(now),
    system: systemOk(now),
    probes: new Map(),
    databases: new Map([['game', databaseOk(now)]]),
    overviews: new Map([['game', { overview: overviewOk(now), at: now - HOUR }]]),
  };
}
