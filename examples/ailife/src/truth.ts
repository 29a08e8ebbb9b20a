import type { ModelLog } from './core/model-log.ts';
import type { Platforms } from './feeds/platforms.ts';
import type { GameDatabase } from './store/game-database.ts';
import type { GameStore } from './store/game-store.ts';
import type { TipStore } from './store/tip-store.ts';
import type { TipQueue } from './tip-queue.ts';

const BYTES_PER_MB = 1024 * 1024;

export interface TruthDeps {
  database: GameDatabase;
  game: GameStore;
  tips: TipStore;
  tipQueue: TipQueue;
  modelLog: ModelLog;
  platforms: Platforms;
  cycleMs: number;
  viewerSockets: () => number;
}

/** `GET /api/state`: every number the app has, from its own records and not from the metrics it reports. Times are ISO or null. */
export function readTruth(deps: TruthDeps, now: number) {
  const { lastCycleAt, nextCycleAt, characters, ...game } = deps.game.summary();
  const { lastSuccessAt, ...llm } = deps.modelLog.stats(now);
  const { youtube, tiktok, viewers } = deps.platforms;
  return {
    at: isoTime(now),
    pid: process.pid,
    uptimeS: process.uptime(),
    game: {
      ...game,
      lastCycleAt: iso(lastCycleAt),
      nextCycleAt: isoTime(nextCycleAt),
      cycleMs: deps.cycleMs,
      characters: characters.map(({ name, activity, mood }) => ({ name, activity, ...(mood !== null && { mood }) })),
    },
    tips: { ...deps.tips.summary(now), queueDepth: deps.tipQueue.depth },
    llm: { ...llm, lastSuccessAt: iso(lastSuccessAt) },
    platforms: {
      youtube: { connected: youtube.connected, lastPollAt: iso(youtube.lastSeenAt) },
      tiktok: { connected: tiktok.connected, lastEventAt: iso(tiktok.lastSeenAt) },
      viewers,
    },
    ws: { connectedClients: deps.viewerSockets() },
    process: { memoryMb: process.memoryUsage.rss() / BYTES_PER_MB },
    database: {
      path: deps.database.path,
      sizeMb: deps.database.sizeMb,
      lastWriteAt: iso(deps.database.lastWriteAt),
      commit: deps.database.commit,
    },
  };
}

export type Truth = ReturnType<typeof readTruth>;

const isoTime = (at: number): string => new Date(at).toISOString();
const iso = (at: number | null): string | null => (at === null ? null : isoTime(at));
