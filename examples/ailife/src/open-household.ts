import { MetricsCollector } from '@yoban/agent';
import type { Config } from './config.ts';
import { ModelLog } from './core/model-log.ts';
import { FaultSwitches } from './faults/fault-switches.ts';
import { Platforms } from './feeds/platforms.ts';
import { createAppServer } from './http/app-server.ts';
import { LiveFeed } from './http/live-feed.ts';
import { errorFields, type Log } from './log.ts';
import { createModelClient } from './model-client.ts';
import { GameDatabase, isPassing } from './store/game-database.ts';
import { GameStore } from './store/game-store.ts';
import { type Tip, TipStore } from './store/tip-store.ts';
import { TipQueue } from './tip-queue.ts';
import { readTruth, type Truth } from './truth.ts';
import type { View } from './viewer/view.ts';

export interface HouseholdDeps {
  log: Log;
  /** Ends the process: the database is ruined, or a loop ended by an error. */
  fail: (error: unknown) => void;
}

/** Everything that does not move yet: stores, queue, switches, the HTTP side. Throws SqliteError when the database does not open. */
export function openHousehold(config: Config, { log, fail }: HouseholdDeps, signal: AbortSignal) {
  const collector = new MetricsCollector();
  const modelLog = new ModelLog();
  const database = new GameDatabase(config.dbPath, config.oracleFile);
  const game = new GameStore(database);
  const tips = new TipStore(database);
  const platforms = new Platforms(collector);
  const ask = createModelClient(config.modelUrl, config.modelTimeoutMs, { collector, modelLog, log, signal });
  const storeFailed = (error: unknown) => {
    if (isPassing(error)) log.error({ event: 'store.failed', ...errorFields(error) });
    else fail(error);
  };
  const arriveTips = (arrived: Tip[], willFail: boolean) => tipQueue.arrive(arrived, willFail);
  const faults = new FaultSwitches({ ...config, database, token: config.faultToken, arriveTips, storeFailed });
  const writingStopped = () => faults.writingStopped;
  const changed = () => live.changed();
  const tipQueue = new TipQueue(config.tipMs, { tips, collector, log, signal, writingStopped, changed, storeFailed });
  const truthDeps = {
    database,
    game,
    tips,
    tipQueue,
    modelLog,
    platforms,
    cycleMs: config.cycleMs,
    viewerSockets: () => live.clients,
  };
  const truth = (): Truth => readTruth(truthDeps, Date.now());
  const server = createAppServer({
    log,
    faults,
    faultToken: config.faultToken,
    readTruth: truth,
    readCycle: () => game.summary().cycle,
    countViewers: () => ({ connected: live.clients, unsynced: live.unsynced }),
    databaseTrouble: () => database.trouble(),
  });
  const live = new LiveFeed(server, () => viewOf(truth()));
  return {
    collector,
    database,
    game,
    platforms,
    ask,
    tipQueue,
    server,
    live,
    truth,
    log,
    signal,
    writingStopped,
    changed,
    storeFailed,
  };
}

export type Household = ReturnType<typeof openHousehold>;

function viewOf({ game, tips, platforms }: Truth): View {
  return {
    day: game.day,
    cycle: game.cycle,
    nextCycleAt: game.nextCycleAt,
    viewers: platforms.viewers,
    tipsLastHour: tips.processedLastHour,
    characters: game.characters,
  };
}
