import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';

/** A guarded app, the watchdog that looks at it and the health-api that shows it, with a Redis: all that an incident passes. */
export interface WatchStack {
  url: string;
  adminKey: string;
  /** The app answers, or refuses to. */
  setHealthy: (is: boolean) => void;
  stop: () => Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
const adminKey = 'the-admin-key-of-this-stack';
const startLimitMs = 60_000;

export async function startWatchStack(): Promise<WatchStack> {
  const temp = makeTempDir();
  const redis = await startPrivateRedis();
  let status = 200;
  const server = createServer((_request, response) => void response.writeHead(status).end());
  const [appPort, port] = [await listen(server), await freePort()];
  const config = path.join(temp.dir, 'yoban.yml');
  writeFileSync(config, configText(appPort));
  const said: string[] = [];
  const env = {
    ...{ PATH: process.env.PATH, YOBAN_HOME: temp.dir, YOBAN_CONFIG: config, REDIS_URL: redis.url },
    ...{ PORT: String(port), ADMIN_API_KEY: adminKey },
  };
  const children = ['watchdog', 'health-api'].map((name) => start(name, env, (text) => said.push(text)));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await Promise.all(children.map(end));
    server.close();
    await redis.stop();
    temp.remove();
  };
  try {
    const ready = () => said.join('').split('service.ready').length > children.length;
    await waitFor('the watchdog and health-api', ready, startLimitMs);
  } catch (error) {
    await stop();
    throw new Error(said.join(''), { cause: error });
  }
  const setHealthy = (is: boolean) => {
    status = is ? 200 : 503;
  };
  return { url, adminKey, setHealthy, stop };
}

const configText = (appPort: number): string => `version: 1
timezone: Asia/Tokyo
primary: shop
services:
  shop: {displayName: The shop, health: {url: "http://127.0.0.1:${appPort}/", every: 500ms, timeout: 1s}}
`;

function start(name: string, env: NodeJS.ProcessEnv, hear: (text: string) => void): ChildProcess {
  const main = path.join(root, 'apps', name, 'src', 'main.ts');
  const child = spawn(process.execPath, ['--conditions=yoban-src', main], {
    ...{ cwd: root, env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.setEncoding('utf8').on('data', hear);
  child.stderr?.setEncoding('utf8').on('data', hear);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await once(server.close(), 'close');
  return port;
}
