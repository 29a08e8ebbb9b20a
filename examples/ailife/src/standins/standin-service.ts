import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StandinConfig } from '../config.ts';
import type { Log } from '../log.ts';
import type { Service } from '../run-process.ts';
import { startFakeTips } from './fake-tips.ts';
import { createModelStandin } from './model-standin.ts';
import { createObsStandin } from './obs-standin.ts';
import { createTiktokStandin } from './tiktok-standin.ts';
import { createYoutubeStandin } from './youtube-standin.ts';

/** The four third parties of the game, in one process. */
export async function createStandins(config: StandinConfig, log: Log): Promise<Service> {
  const stopping = new AbortController();
  const model = createModelStandin(config.faultToken, config.modelLatencyMs, stopping.signal);
  const youtube = createYoutubeStandin(config.faultToken);
  const tiktok = createTiktokStandin(config.faultToken);
  const obs = createObsStandin(config.faultToken);
  const servers: [Server, number][] = [
    [model, config.modelPort],
    [youtube.server, config.youtubePort],
    [tiktok.server, config.tiktokPort],
    [obs.server, config.obsPort],
  ];
  const ports = await Promise.all(servers.map(([server, port]) => listen(server, port, config.host)));
  const [modelAt, youtubeAt, tiktokAt, obsAt] = ports;
  const at = { model: modelAt, youtube: youtubeAt, tiktok: tiktokAt, obs: obsAt };
  log.info({ event: 'standins.listening', host: config.host, ...at });
  const stopTips = [youtube, tiktok].map((platform) => startFakeTips(config.tipEveryMs, platform.give));
  return {
    stop: async () => {
      stopping.abort();
      for (const stop of stopTips) stop();
      tiktok.close();
      obs.close();
      for (const [server] of servers) server.closeAllConnections();
      await Promise.all(servers.map(([server]) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
