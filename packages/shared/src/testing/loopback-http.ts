import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFakeScript, type Fake, type FakeOptions, type FakeStep } from './fake-script.ts';

export interface LoggedRequest {
  /** Epoch ms at which the last byte was in. */
  at: number;
  method: string;
  path: string;
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
  /** Every byte as it came over the wire, headers included. */
  raw: Buffer;
  /** What the script did with it. */
  step: FakeStep['do'];
  /** HTTP status answered, or null when nothing was. */
  status: number | null;
  /** What the real service made of it, also where its answer was never given: the request was taken all the same. */
  decided: number | null;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface LoopbackHttpOptions extends FakeOptions {
  /** What the real service would answer; used where the script says `ok`. */
  answer: (request: LoggedRequest) => Answer;
  /** Which requests the script is for; the others are always answered. All of them unless told. */
  scripted?: (request: { method: string; path: string }) => boolean;
  /** Takes over WebSocket upgrades; the server is told of each request for one. */
  onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer, step: FakeStep) => void;
}

/** A scripted HTTP server on loopback, port 0, that keeps the raw bytes of every request. */
export async function startLoopbackHttp(options: LoopbackHttpOptions): Promise<Fake<LoggedRequest>> {
  const script = createFakeScript(options.script);
  const log: LoggedRequest[] = [];
  const sockets = new Map<Socket, Buffer[]>();
  const server = createServer();

  server.on('connection', (socket) => {
    if (script.isOut()) return void socket.resetAndDestroy();
    sockets.set(socket, []);
    socket.on('data', (chunk: Buffer) => sockets.get(socket)?.push(chunk));
    socket.on('close', () => sockets.delete(socket));
    // A client that goes away in mid-request is not a fault of the fake.
    socket.on('error', () => socket.destroy());
  });
  server.on('request', (request, response) => {
    readBody(request).then(
      (body) => {
        const raw = Buffer.concat(sockets.get(request.socket)?.splice(0) ?? []);
        if (script.isOut()) return void request.socket.resetAndDestroy();
        const scripted = options.scripted?.({ method: request.method ?? '', path: request.url ?? '' }) ?? true;
        const step: FakeStep = scripted ? script.take() : { do: 'ok' };
        const entry = logEntry(request, body, raw, step);
        log.push(entry);
        return play(step, entry, response, options.answer);
      },
      () => response.destroy(),
    );
  });
  if (options.onUpgrade) {
    const { onUpgrade } = options;
    server.on('upgrade', (request, socket, head) => {
      if (script.isOut()) return void socket.destroy();
      const step = script.take();
      const raw = Buffer.concat(sockets.get(request.socket)?.splice(0) ?? []);
      log.push(logEntry(request, '', raw, step));
      if (step.do === 'ok' || step.do === 'reset-after-accept') onUpgrade(request, socket, head, step);
      else if (step.do === 'reply') socket.end(`HTTP/1.1 ${step.status} Refused\r\nconnection: close\r\n\r\n`);
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => log,
    script: (steps) => {
      script.set(steps);
      // An outage also cuts the connections a client keeps open.
      if (script.isOut()) for (const socket of sockets.keys()) socket.resetAndDestroy();
    },
    stop: async () => {
      for (const socket of sockets.keys()) socket.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function logEntry(request: IncomingMessage, body: string, raw: Buffer, step: FakeStep): LoggedRequest {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return {
    at: Date.now(),
    method: request.method ?? '',
    path: request.url ?? '',
    headers,
    body,
    raw,
    step: step.do,
    status: null,
    decided: null,
  };
}

async function play(
  step: FakeStep,
  entry: LoggedRequest,
  response: ServerResponse,
  answer: LoopbackHttpOptions['answer'],
): Promise<void> {
  if (step.delayMs) await sleep(step.delayMs);
  if (step.do === 'outage') return void response.socket?.resetAndDestroy();
  const reply = step.do === 'reply' ? step : answer(entry);
  entry.decided = reply.status;
  if (step.do === 'hang') return;
  if (step.do === 'reset-after-accept') return void response.socket?.resetAndDestroy();
  entry.status = reply.status;
  response.writeHead(reply.status, reply.headers).end(reply.body ?? '');
}
