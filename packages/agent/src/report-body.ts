/** How one call to the language model ended. `fallback`: the last attempt failed and a prepared text stood in for its answer. */
export type LlmOutcome = 'ok' | 'error' | 'timeout' | 'fallback';
export type TipOutcome = 'ok' | 'failed';
export type CycleOutcome = 'ok' | 'failed';

export interface Character {
  name: string;
  activity: string;
  /** 0 to 100; left out while a character has none, such as in sleep. */
  mood?: number;
}

/** The state of the game as the host sees it. Times are milliseconds since the epoch, null = not yet. */
export interface GameState {
  cycle: number;
  day: number;
  lastCycleAt: number | null;
  /** The planned length of one cycle. */
  cycleMs: number;
  characters: Character[];
}

/** What only the host can know; everything else the collector derives or measures. */
export interface HostGauges {
  dbSizeMb: number;
  wsConnectedClients: number;
  tipQueueDepth: number;
}

export type PlatformName = 'youtube' | 'tiktok';

export interface PlatformState {
  connected: boolean;
  /** Last poll (YouTube) or last event (TikTok), milliseconds since the epoch; null = not yet. */
  lastSeenAt: number | null;
}

/** Each call stands in exactly one report (H3). Times are milliseconds, money is yen. */
export interface ReportDeltas {
  llmCalls: [ms: number, outcome: LlmOutcome][];
  tips: [yen: number, ms: number, outcome: TipOutcome][];
  cycles: [ms: number, driftMs: number, outcome: CycleOutcome][];
}

/**
 * Body of `POST /api/report`. (`instance`, `seq`) makes a repeat harmless; an absent part means "not configured".
 * This package stands alone, so the shape is written here again; a contract test of the kit holds both sides together.
 */
export interface ReportBody {
  seq: number;
  at: string;
  instance: string;
  deltas: ReportDeltas;
  gauges: {
    processMemoryMb?: number;
    processCpuPercent?: number;
    dbSizeMb?: number;
    wsConnectedClients?: number;
    llmFallbackActive?: boolean;
    llmLastSuccessAt?: string | null;
    tipQueueDepth?: number;
    tipsProcessedTotal?: number;
    cyclesCompleted?: number;
    droppedEvents?: number;
  };
  game?: { cycle: number; day: number; lastCycleAt: string | null; cycleMs: number; characters: Character[] };
  platforms?: {
    youtube?: { connected: boolean; lastPollAt: string | null };
    tiktok?: { connected: boolean; lastEventAt: string | null };
    viewers?: number;
  };
}
