import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { MetricsReport } from '@yoban/shared/contracts/report';

export interface AgentKit {
  url: string;
  /** Calls and tips received so far. */
  events: () => number;
  stop: () => void;
}

/** The receiving side of reports: `takes` everything the contract allows, or hangs: accepts the connection and never answers. */
export async function startAgentKit(behaviour: 'takes' | 'hangs'): Promise<AgentKit> {
  let events = 0;
  const server = createServer(async (request, response) => {
    if (behaviour === 'hangs') return void request.resume();
    const report = MetricsReport.safeParse(await json(request));
    if (report.success) events += report.data.deltas.llmCalls.length + report.data.deltas.tips.length;
    response.writeHead(report.success ? 202 : 400).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events: () => events,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
