import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';
import { startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { startKitServices } from './kit-services.ts';

/** Two guarded apps, the watchdog that looks at them and the health-api that shows it, with a Redis: all that an incident passes. */
export interface WatchStack {
  url: string;
  adminKey: string;
  /** An app answers, or refuses to. `shop` is only watched, `gateway` has a policy. */
  setHealthy: (app: 'shop' | 'gateway', is: boolean) => void;
  stop: () => Promise<void>;
}

const adminKey = 'the-admin-key-of-this-stack';

export async function startWatchStack(): Promise<WatchStack> {
  const temp = makeTempDir();
  const redis = await startPrivateRedis();
  const status = { shop: 200, gateway: 200 };
  const app = createServer(({ url }, response) => {
    response.writeHead(url === '/gateway' ? status.gateway : status.shop).end();
  });
  await once(app.listen(0, '127.0.0.1'), 'listening');
  const { port: appPort } = app.address() as AddressInfo;
  const port = await freePort();
  const config = path.join(temp.dir, 'yoban.yml');
  writeFileSync(config, configText(appPort));
  const services = await startKitServices(['watchdog', 'health-api'], {
    ...{
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      YOBAN_HOME: temp.dir,
      YOBAN_CONFIG: config,
      REDIS_URL: redis.url,
    },
    ...{ PORT: String(port), ADMIN_API_KEY: adminKey },
  });
  return {
    url: `http://127.0.0.1:${port}`,
    adminKey,
    setHealthy: (name, is) => {
      status[name] = is ? 200 : 503;
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
  shop: {displayName: The shop, health: {url: "http://127.0.0.1:${appPort}/shop", every: 500ms, timeout: 1s}}
  gateway:
    probes: {answers: {type: http, url: "http://127.0.0.1:${appPort}/gateway", every: 500ms, timeout: 1s, fall: 2}}
    evidence: {processes: {builtin: ps}}
    actions: {pause: {kind: wait, for: 300ms}}
    faults:
      silent:
        anyOf: [answers]
        evidence: [processes]
        ladder:
          - on: fault
            do: [pause]
            notify: critical
            verify: {probes: [answers], within: 3s}
            milestones: [{name: process_up, probes: [answers], within: 1s}]
          - {on: prev_unverified, notify: critical, halt: true}
`;
