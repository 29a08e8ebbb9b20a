import { WebSocketServer } from 'ws';
import type { Fake, FakeOptions } from './fake-script.ts';
import { type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface FakeTiktok extends Fake<LoggedRequest> {
  /** Sends one event of the live feed to every connected client. */
  emit(event: { type: 'chat' | 'gift' | 'viewers'; [field: string]: unknown }): void;
  /** Cuts every connected client; new ones are taken again. */
  dropClients(): void;
  clientCount(): number;
}

/** A TikTok live feed: JSON events over WebSocket. The script acts on each connection. */
export async function startFakeTiktok(options: FakeOptions = {}): Promise<FakeTiktok> {
  const feed = new WebSocketServer({ noServer: true });
  const server = await startLoopbackHttp({
    ...options,
    answer: () => ({ status: 426, body: 'WebSocket only' }),
    onUpgrade: (request, socket, head, step) => {
      feed.handleUpgrade(request, socket, head, (client) => {
        if (step.do === 'reset-after-accept') return client.terminate();
        client.send(JSON.stringify({ type: 'connected' }));
      });
    },
  });
  const dropClients = () => {
    for (const client of feed.clients) client.terminate();
  };
  return {
    ...server,
    url: server.url.replace('http:', 'ws:'),
    emit: (event) => {
      for (const client of feed.clients) client.send(JSON.stringify(event));
    },
    dropClients,
    clientCount: () => feed.clients.size,
    stop: async () => {
      dropClients();
      await server.stop();
    },
  };
}
