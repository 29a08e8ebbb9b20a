import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocketServer, WebSocket as WsSocket } from 'ws';
import { type ConnectionState, ReconnectingSocket, type WebSocketLike } from '../src/index.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function serve(port: number): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (line) => {
    line.on('message', () => line.send(JSON.stringify({ type: 'sync', seq: 1 })));
    line.send(JSON.stringify({ type: 'change', seq: 0 }));
  });
  stops.push(() => stopServer(server));
  return server;
}
/** Of its own for each worker of a test run: between two servers the port is anybody's. */
const lowestPort = 10_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 8) * 2_750;
/** Below the ports that the kernel gives to outgoing connections: one of those could take it until it is served again. */
async function serveAnywhere(): Promise<WebSocketServer> {
  try {
    return await serve(lowestPort + randomInt(2_750));
  } catch {
    // Somebody has it.
    return serveAnywhere();
  }
}
const portOf = (server: WebSocketServer) => (server.address() as AddressInfo).port;

async function stopServer(server: WebSocketServer): Promise<void> {
  for (const line of server.clients) line.terminate();
  await new Promise((resolve) => server.close(resolve));
}

const constructors: [string, new (url: string) => WebSocketLike][] = [
  ['Node’s own', globalThis.WebSocket],
  ['ws', WsSocket],
];
test.each(constructors)(
  'S1: with %s WebSocket a viewer survives the death of its server and syncs again',
  async (_name, Socket) => {
    const first = await serveAnywhere();
    const port = portOf(first);
    const got: string[] = [];
    const states: ConnectionState[] = [];
    let wake = () => {};
    const until = async (state: ConnectionState) => {
      while (states.at(-1) !== state)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    };
    const socket = new ReconnectingSocket({
      url: `ws://127.0.0.1:${port}`,
      WebSocket: Socket,
      policy: { initialDelayMs: 10, maxDelayMs: 50 },
      onConnected: (send) => send('state please'),
      classify: (data) => {
        const { type, seq } = JSON.parse(data);
        return { kind: type, seq };
      },
      onMessage: (data) => got.push(JSON.parse(data).type),
      onState: (state) => {
        states.push(state);
        wake();
      },
    });
    stops.push(() => socket.close());
    await until('connected');
    await stopServer(first);
    await until('reconnecting');
    await serve(port);
    await until('connected');
    // The change that the server sends before the sync of each connection is never applied.
    expect(got).toEqual(['sync', 'sync']);
    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
  },
);
