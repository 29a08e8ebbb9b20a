import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type MetricsCollector, Reporter, startMetricsLog } from '@yoban/agent';
import type { Config } from './config.ts';
import { openTiktokFeed } from './feeds/tiktok-feed.ts';
import { type FeedDeps, pollYoutube } from './feeds/youtube-poller.ts';
import { runChat, runCycles } from './game-loop.ts';
import { type Household, type HouseholdDeps, openHousehold } from './open-household.ts';
import { pause } from './pause.ts';
import type { Service } from './run-process.ts';
import type { Truth } from './truth.ts';

const STORE_RETRY_MS = 1_000;

/** Opens the database where the last save point left it, listens, and starts the household. Throws when it cannot. */
export async function createService(config: Config, deps: HouseholdDeps): Promise<Service> {
  const stopping = new AbortController();
  const house = openHousehold(config, deps, stopping.signal);
  const { server, live, tipQueue, platforms, collector, log, signal } = house;
  server.listen(config.appPort, config.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  log.info({
    event: 'app.listening',
    host: config.host,
    port,
    dbPath: config.dbPath,
    cycle: house.game.summary().cycle,
  });

  const reporter = startReports(config, house);
  const stopLog = startMetricsLog(collector, { log: (line) => log.info(line) });
  const feed: FeedDeps = { platforms, log, signal, onTips: (tips) => tipQueue.arrive(tips) };
  const tiktok = openTiktokFeed(config.tiktokUrl, feed);
  const loops = Promise.all([
    lasting(house, () => runCycles(config.cycleMs, house)),
    lasting(house, () => runChat(config.chatMs, house)),
    lasting(house, () => tipQueue.run()),
    lasting(house, () => pollYoutube(config.youtubeUrl, config.youtubePollMs, feed)),
  ]);

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
      house.database.close();
    },
  };
}

/** Begins a loop again after a trouble of the store that can pass (a lock held too long, a full disk); any other error ends the process. */
async function lasting({ signal, storeFailed }: Household, loop: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await loop();
      return;
    } catch (error) {
      storeFailed(error);
      await pause(STORE_RETRY_MS, signal);
    }
  }
}

function startReports(config: Config, { collector, log, truth }: Household): Reporter | undefined {
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
