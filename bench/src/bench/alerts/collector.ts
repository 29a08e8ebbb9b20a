import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One alert that a webhook of Alertmanager's payload brought. */
export interface Arrival {
  name: string;
  status: string;
  /** `performance.now()` when its request was read. */
  at: number;
}

export interface Collector {
  url: string;
  arrivals: Arrival[];
  requests(): number;
  /** Requests that were refused with 429. */
  refused(): number;
  stop(): Promise<void>;
}

interface Limit {
  perSecond: number;
  burst: number;
}

interface Payload {
  alerts: { status: string; labels: { alertname: string } }[];
}

/** A webhook receiver for both sides of a measurement. With a limit it answers 429 to whoever is faster, as Slack does. */
export async function startCollector(limit?: Limit): Promise<Collector> {
  const arrivals: Arrival[] = [];
  let requests = 0;
  let refused = 0;
  const mayPass = tokenBucket(limit);
  const take = (body: string, response: ServerResponse) => {
    const at = performance.now();
    requests += 1;
    if (!mayPass(at)) {
      refused += 1;
      response.writeHead(429, { 'retry-after': '1' }).end();
      return;
    }
    for (const { status, labels } of (JSON.parse(body) as Payload).alerts)
      arrivals.push({ name: labels.alertname, status, at });
    response.writeHead(200).end();
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => take(Buffer.concat(chunks).toString('utf8'), response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    arrivals,
    requests: () => requests,
    refused: () => refused,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function tokenBucket(limit: Limit | undefined): (now: number) => boolean {
  if (!limit) return () => true;
  let tokens = limit.burst;
  let last = performance.now();
  return (now) => {
    tokens = Math.min(limit.burst, tokens + ((now - last) * limit.perSecond) / 1_000);
    last = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
