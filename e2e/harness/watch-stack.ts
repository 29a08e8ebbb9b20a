import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { freePort } from './free-port.ts';
import { startKitServices } from './kit-services.ts';

/** A guarded app, the watchdog that looks at it and the health-api that shows it, with a Redis: all that an incident passes. */
export interface WatchStack {
  url: string;
  adminKey: string;
  /** The app answers, or refuses to. */
  setHealthy: (is: boolean) => void;
  stop: () => Promise<void>;
}

const adminKey = 'the-admin-key-of-this-stack';

export async function startWatchStack(): Promise<WatchStack> {
  const temp = makeTempDir();
  const redis = await startPrivateRedis();
  let status = 200;
  const app = createServer((_request, response) => void response.writeHead(status).end());
  await once(app.listen(0, '127.0.0.1'), 'listening');
  const { port: appPort } = app.address() as AddressInfo;
  const port = await freePort();
  const config = path.join(temp.dir, 'yoban.yml');
  writeFileSync(config, configText(appPort));
  const services = await startKitServices(['watchdog', 'health-api'], {
    ...{ PATH: process.env.PATH, YOBAN_HOME: temp.dir, YOBAN_CONFIG: config, REDIS_URL: redis.url },
    ...{ PORT: String(port), ADMIN_API_KEY: adminKey },
  });
  return {
    url: `http://127.0.0.1:${port}`,
    adminKey,
    setHealthy: (is) => {
      status = is ? 200 : 503;
    },
    stop: async () => {
      await services.stop();
      app.close();
      await redis.stop();
      temp.remove();
    },
  };
}

const configText = (appPort: number): string => `version: 1
timezone: Asia/Tokyo
primary: shop
services:
  shop: {displayName: The shop, health: {url: "http://127.0.0.1:${appPort}/", every: 500ms, timeout: 1s}}
`;
