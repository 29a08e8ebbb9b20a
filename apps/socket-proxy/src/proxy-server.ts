import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { EngineAddress } from '@yoban/host-tools/engine/engine-address';
import { asOpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import type { ProxyLimits } from './config.ts';
import type { Refusal } from './core/engine-call.ts';
import { judgeRequest } from './core/judge-request.ts';
import { forbidden, problemText, problemType, sendProblem } from './refuse.ts';
import { serveCall } from './serve-call.ts';

export interface ProxyDeps {
  engine: EngineAddress;
  limits: ProxyLimits;
  log: Log;
}

const shownPathChars = 200;

/** The server, not listening yet. Each connection is for one request: nothing can ride behind one that passed. */
export function createProxyServer(deps: ProxyDeps): Server {
  const { limits, log } = deps;
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.requestMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(1_000, limits.requestMs),
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  });
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = 1;
  const note = (request: IncomingMessage, { reason, detail }: Refusal) =>
    log.warn({
      event: 'request.refused',
      reason,
      detail,
      method: request.method,
      path: shownPath(request),
      from: sender(request),
    });
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    response.shouldKeepAlive = false;
    const verdict = judgeRequest({ method: request.method ?? '', target: request.url ?? '', headers: request.headers });
    if ('reason' in verdict) {
      note(request, verdict);
      return sendProblem(response, forbidden(verdict.detail));
    }
    serveCall(verdict, response, { ...deps, from: sender(request), refuse: (refusal) => note(request, refusal) }).catch(
      (error: unknown) => {
        const { code, message, hint, retryable } = asOpsError(error);
        log.error({ event: 'request.failed', call: verdict.call.do, code, err: error });
        sendProblem(response, { status: 502, code, detail: message, hint, retryable });
      },
    );
  };
  // Without a listener of its own each of these would be answered by node in its own way, unlogged.
  server.on('request', handle).on('checkContinue', handle).on('checkExpectation', handle);
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    note(request, { reason: 'method', detail: 'CONNECT' });
    endRaw(socket, 403);
  });
  server.on('dropRequest', (request: IncomingMessage) => note(request, { reason: 'http', detail: 'a second request' }));
  server.on('drop', () => log.warn({ event: 'connection.refused', limit: limits.connections }));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    log.warn({
      event: 'request.refused',
      reason: 'http',
      detail: error.code ?? error.message,
      from: socket.remoteAddress,
    });
    endRaw(socket, error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400);
  });
  return server;
}

const sender = (request: IncomingMessage): string => request.socket.remoteAddress ?? '';

/** Without its query, which may hold anything. */
const shownPath = (request: IncomingMessage): string =>
  (request.url ?? '').split('?', 1).join('').slice(0, shownPathChars);

/** An answer on a connection that HTTP has let go of, which ends it. */
function endRaw(socket: Socket, status: number): void {
  const body = problemText({ ...forbidden('this is no request that is let through'), status });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
