import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { Refusal } from '../http/reply.ts';
import type { FakeTip } from './fake-tips.ts';
import { createStandin } from './standin-server.ts';

const ROOM_EVERY_MS = 5_000;

export interface TiktokStandin {
  server: Server;
  give: (tip: FakeTip) => void;
  close: () => void;
}

/** The live feed as a WebSocket: a room event every 5 s, gifts as they come. Not connected: lines are cut and new ones refused. */
export function createTiktokStandin(token: string): TiktokStandin {
  const state: { connected: boolean } = { connected: true };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4_096 });
  const cut = () => {
    for (const socket of sockets.clients) socket.terminate();
  };
  const server = createStandin({
    token,
    state,
    onControl: () => {
      if (!state.connected) cut();
    },
    answer: (_request, _response, path) => Promise.reject(new Refusal(404, `Nothing at ${path}; this is a WebSocket.`)),
  });
  server.on('upgrade', (request, socket, head) => {
    if (state.connected) sockets.handleUpgrade(request, socket, head, (line) => line.send('{"type":"room"}'));
    else socket.destroy();
  });
  const tell = (event: unknown) => {
    for (const socket of sockets.clients) socket.send(JSON.stringify(event));
  };
  const timer = setInterval(() => tell({ type: 'room' }), ROOM_EVERY_MS);
  return {
    server,
    give: (tip) => tell({ type: 'gift', ...tip }),
    close: () => {
      clearInterval(timer);
      cut();
    },
  };
}
