import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { IntakeBody, intakeBodyMaxBytes, intakePath } from '@yoban/shared/contracts/intake';
import { jsonText } from '@yoban/shared/contracts/json-text';
import type { Problem } from '@yoban/shared/contracts/problem';
import { SECOND } from '@yoban/shared/contracts/time';
import { errorCatalog } from '@yoban/shared/error-catalog';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import { makeFolder } from '@yoban/shared/make-folder';

export interface IntakeServerOptions {
  /** Path of the unix socket. Whoever listens here must be the only one: what lies there is removed. */
  socket: string;
  /** Listened at as well; null: nowhere else. */
  tcp: { host: string; port: number } | null;
  /** Resolves when the events are safe. */
  take: (events: readonly AlertEvent[]) => Promise<void>;
  log: Log;
}

export interface IntakeServer {
  /** The port listened at, where one was asked for. */
  port: number | null;
  close(): Promise<void>;
}

const Body = jsonText(IntakeBody);
const requestLimitMs = 10 * SECOND;
const connectionsMax = 64;

/** The alerter's own door: `POST /events`, answered 200 when the events are safe. Only this machine's own user and group get in. */
export async function listenForEvents({ socket, tcp, take, log }: IntakeServerOptions): Promise<IntakeServer> {
  const servers: Server[] = [];
  const listen = async (place: string | { host: string; port: number }): Promise<Server> => {
    const server = createServer((request, response) => {
      answer(request, response, { take, log }).catch((error: unknown) => refuse(response, error, log));
    });
    server.requestTimeout = requestLimitMs;
    server.headersTimeout = requestLimitMs;
    server.maxConnections = connectionsMax;
    server.listen(place);
    await once(server, 'listening');
    servers.push(server);
    return server;
  };
  makeFolder(path.dirname(socket), { mode: 0o700 });
  rmSync(socket, { force: true });
  await listen(socket);
  chmodSync(socket, 0o660);
  const address = tcp === null ? null : (await listen(tcp)).address();
  return {
    port: isPort(address) ? address.port : null,
    close: async () => {
      await Promise.all(
        servers.map(async (server) => {
          server.close();
          server.closeIdleConnections();
          if (server.listening) await once(server, 'close');
        }),
      );
    },
  };
}

const isPort = (address: ReturnType<Server['address']>): address is AddressInfo =>
  typeof address === 'object' && address !== null;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { take, log }: Pick<IntakeServerOptions, 'take' | 'log'>,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://alerter');
  if (pathname !== intakePath) throw new OpsError('NOT_FOUND', `there is only ${intakePath}`);
  if (request.method !== 'POST') throw new OpsError('METHOD_NOT_ALLOWED', `${intakePath} takes POST`);
  const body = Body.safeParse(await readText(request));
  if (!body.success) {
    const errors = body.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
    const [first] = errors;
    const detail = `not an alert event, nor a list of them: ${first?.path ? `${first.path}: ` : ''}${first?.message}`;
    throw new OpsError('REQUEST_INVALID', detail, { fields: { errors } });
  }
  // A5: who does not wait for the answer any more has taken another way, and may have told of the end there.
  if (await isGone(request)) {
    log.warn({ event: 'intake.left', events: body.data.length });
    return void response.destroy();
  }
  await take(body.data);
  reply(response, { taken: body.data.length });
}

/** That its sender has closed is read in the turn behind the one that read its last byte, and told one later. */
const turnsToHear = 3;

async function isGone({ socket }: IncomingMessage): Promise<boolean> {
  for (let turn = 0; turn < turnsToHear; turn++) await setImmediate();
  return socket.destroyed || socket.readableEnded;
}

function reply(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const tooLarge = () => new OpsError('PAYLOAD_TOO_LARGE', `at most ${intakeBodyMaxBytes} bytes at once`);

async function readText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > intakeBodyMaxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Of a body without a length the sender sees a cut connection.
    if (bytes > intakeBodyMaxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse, thrown: unknown, log: Log): void {
  const error = asOpsError(thrown);
  const { http } = errorCatalog[error.code];
  if (http >= 500) log.error({ event: 'intake.refused', code: error.code, err: error });
  else log.warn({ event: 'intake.refused', code: error.code, detail: error.message });
  if (response.headersSent) return void response.destroy();
  const problem: Problem = {
    type: `urn:yoban:error:${error.code.toLowerCase()}`,
    title: STATUS_CODES[http] ?? error.code,
    status: http,
    code: error.code,
    detail: error.message,
    hint: error.hint,
    retryable: error.retryable,
    ...(Array.isArray(error.fields.errors) && { errors: error.fields.errors }),
  };
  const headers = { 'content-type': 'application/problem+json', connection: 'close' };
  response.writeHead(http, http === 405 ? { ...headers, allow: 'POST' } : headers).end(JSON.stringify(problem));
}
