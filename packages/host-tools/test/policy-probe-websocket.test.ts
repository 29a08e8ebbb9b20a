import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';

/** A WebSocket server whose welcome can be changed; `null` = it lets nobody in. */
async function welcome(first: ((socket: WebSocket) => void) | null | 'silent') {
  const state = { greet: first, url: '' };
  const sockets = new WebSocketServer({ noServer: true });
  const server = http.createServer();
  server.on('upgrade', (request, socket, head) => {
    const { greet } = state;
    if (greet === 'silent') return;
    if (greet === null) return void socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, greet);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
  return {
    state,
    end: () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

const speak = (socket: WebSocket) => socket.send('{"type":"state"}');

policyProbeConformance('websocket', { timeoutMs: 400, hung: 'bad', blind: false }, async () => {
  const { state, end } = await welcome(speak);
  return {
    probe: () => probeOf({ type: 'websocket', url: state.url, expectMessage: true, timeout: '400ms' }),
    hurt: () => {
      state.greet = null;
    },
    reason: /503/,
    heal: () => {
      state.greet = speak;
    },
    hang: () => {
      state.greet = 'silent';
    },
    end,
  };
});

test('websocket: open and dumb passes only where nothing has to be said', async () => {
  const { state, end } = await welcome(() => undefined);
  expect(await lookOnce(probeOf({ type: 'websocket', url: state.url }))).toMatchObject({ passes: true, unit: 'ms' });
  const dumb = { type: 'websocket', url: state.url, expectMessage: true, timeout: '200ms' };
  expect(await lookOnce(probeOf(dumb))).toMatchObject({ passes: false, unknown: false });
  state.greet = (socket) => socket.close(1011);
  expect(await lookOnce(probeOf({ ...dumb, timeout: '2s' }))).toMatchObject({
    ...{ passes: false, detail: 'it hung up (1011) before it said anything' },
  });
  end();
  expect(await lookOnce(probeOf(dumb))).toMatchObject({ passes: false, detail: 'connection refused' });
});
