import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MetricsCollector, Reporter, startMetricsLog } from '@yoban/agent';
import type { Config } from './config.ts';
import { ModelLog } from './core/model-log.ts';
import { FaultSwitches } from './faults/fault-switches.ts';
import { Platforms } from './feeds/platforms.ts';
import { openTiktokFeed } from './feeds/tiktok-feed.ts';
import { pollYoutube } from './feeds/youtube-poller.ts';
import { runChat, runCycles } from './game-loop.ts';
import { createAppServer } from './http/app-server.ts';
import { LiveFeed } from './http/live-feed.ts';
import { errorFields, type Log } from './log.ts';
import { createModelClient } from './model-client.ts';
import type { Service } from './run-process.ts';
import { GameDatabase, isRuined } from './store/game-database.ts';
import { GameStore } from './store/game-store.ts';
import { TipStore } from './store/tip-store.ts';
import { TipQueue } from './tip-queue.ts';
import { readTruth, type Truth } from './truth.ts';
import type { View } from './viewer/view.ts';

export interface ServiceDeps {
  log: Log;
  /** Ends the process: the database is ruined, or a loop ended by an error. */
  fail: (error: unknown) => void;
}

/** Opens the database where the last save point left it, listens, and starts the household. Throws when it cannot. */
export async function createService(config: Config, { log, fail }: ServiceDeps): Promise<Service> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const collector = new MetricsCollector();
  const modelLog = new ModelLog();
  const database = new GameDatabase(config.dbPath, config.oracleFile);
  const game = new GameStore(database);
  const tips = new TipStore(database);
  const platforms = new Platforms(collector);
  const ask = createModelClient(config.modelUrl, config.modelTimeoutMs, { collector, modelLog, log, signal });

  const storeFailed = (error: unknown) => {
    if (isRuined(error)) fail(error);
    else log.error({ event: 'store.failed', ...errorFields(error) });
  };
  const faults = new FaultSwitches({
    database,
    token: config.faultToken,
    modelUrl: config.modelUrl,
    youtubeUrl: config.youtubeUrl,
    tiktokUrl: config.tiktokUrl,
    arriveTips: (arrived, willFail) => tipQueue.arrive(arrived, willFail),
    storeFailed,
  });
  const writingStopped = () => faults.writingStopped;
  const changed = () => live.changed();
  const shared = { collector, log, signal, writingStopped, changed, storeFailed };
  const tipQueue = new TipQueue(config.tipMs, { tips, ...shared });

  const truth = (): Truth =>
    readTruth(
      {
        database,
        game,
        tips,
        tipQueue,
        modelLog,
        platforms,
        cycleMs: config.cycleMs,
        viewerSockets: () => live.clients,
      },
      Date.now(),
    );
  const databaseTrouble = () => database.trouble();
  const server = createAppServer({
    log,
    faults,
    faultToken: config.faultToken,
    readTruth: truth,
    readCycle: () => game.summary().cycle,
    databaseTrouble,
  });
  const live = new LiveFeed(server, () => viewOf(truth()));
  server.listen(config.appPort, config.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  log.info({ event: 'app.listening', host: config.host, port, dbPath: config.dbPath, cycle: game.summary().cycle });

  const reporter = startReports(config, { collector, log, truth });
  const stopLog = startMetricsLog(collector, { log: (line) => log.info(line) });
  const feed = {
    platforms,
    log,
    signal,
    onTips: (arrived: Parameters<TipQueue['arrive']>[0]) => tipQueue.arrive(arrived),
  };
  const tiktok = openTiktokFeed(config.tiktokUrl, feed);
  const loops = Promise.all([
    runCycles(config.cycleMs, { game, ask, ...shared }),
    runChat(config.chatMs, { game, ask, ...shared }),
    tipQueue.run(),
    pollYoutube(config.youtubeUrl, config.youtubePollMs, feed),
  ]);
  loops.catch(fail);

  return {
    stop: async () => {
      stopping.abort();
      tiktok.close();
      stopLog();
      live.close();
      server.close();
      server.closeAllConnections();
      await loops;
      await reporter?.close();
      database.close();
    },
  };
}

function startReports(
  config: Config,
  deps: { collector: MetricsCollector; log: Log; truth: () => Truth },
): Reporter | undefined {
  const { collector, log, truth } = deps;
  if (config.appToken === '') {
    log.info({ event: 'report.off', hint: 'Set YOBAN_APP_TOKEN or YOBAN_APP_TOKEN_FILE to report.' });
    return undefined;
  }
  return new Reporter({
    collector,
    url: config.reportUrl,
    token: config.appToken,
    intervalMs: config.reportMs,
    beforeReport: () => setGauges(collector, truth()),
    onProblem: (problem) => log.warn({ event: problem === undefined ? 'report.resumed' : 'report.problem', problem }),
  });
}

function setGauges(collector: MetricsCollector, { game, tips, ws, database }: Truth): void {
  collector.setGauge('dbSizeMb', database.sizeMb);
  collector.setGauge('wsConnectedClients', ws.connectedClients);
  collector.setGauge('tipQueueDepth', tips.queueDepth);
  const lastCycleAt = game.lastCycleAt === null ? null : Date.parse(game.lastCycleAt);
  collector.setGame({
    cycle: game.cycle,
    day: game.day,
    lastCycleAt,
    cycleMs: game.cycleMs,
    characters: game.characters,
  });
}

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
