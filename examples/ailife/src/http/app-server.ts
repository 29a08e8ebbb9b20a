import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pickLang } from '../core/viewer-words.ts';
import type { FaultSwitches } from '../faults/fault-switches.ts';
import { errorFields, type Log } from '../log.ts';
import type { Truth } from '../truth.ts';
import { viewerPage } from '../viewer/viewer-page.ts';
import { hasBearer } from './bearer.ts';
import { Refusal, readBody, reply, replyJson } from './reply.ts';
import { readViewerAsset } from './viewer-assets.ts';

export interface AppServerDeps {
  log: Log;
  faults: FaultSwitches;
  /** Empty: the switches do not exist (404). */
  faultToken: string;
  readTruth: () => Truth;
  /** Asked each second by a health check: one row, not the whole truth. */
  readCycle: () => number;
  countViewers: () => { connected: number; unsynced: number };
  /** What is wrong with the database now, undefined when it reads and writes. */
  databaseTrouble: () => Error | undefined;
}

/** The game's HTTP side, not yet listening. */
export function createAppServer(deps: AppServerDeps): Server {
  const server = createServer((request, response) => {
    answer(request, response, deps).catch(async (error: unknown) => {
      const status = error instanceof Refusal ? error.status : 500;
      const fields = errorFields(error);
      if (status === 500) deps.log.error({ event: 'http.failed', path: request.url, ...fields });
      if (response.headersSent) response.destroy();
      else
        await replyJson(response, status, {
          type: 'about:blank',
          title: status === 500 ? 'Error' : 'Refused',
          status,
          detail: fields.error,
        });
    });
  });
  server.requestTimeout = 10_000;
  return server;
}

async function answer(request: IncomingMessage, response: ServerResponse, deps: AppServerDeps): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://app');
  const path = url.pathname;
  if (path === '/faults' || path.startsWith('/faults/')) return answerFault(request, response, path, deps);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new Refusal(405, `${request.method} is not for ${path}.`);
  if (path === '/healthz') return answerHealth(response, deps);
  if (path === '/api/state') return replyJson(response, 200, deps.readTruth());
  if (path === '/') {
    const lang = pickLang(url.searchParams.get('lang'), request.headers['accept-language']);
    return reply(response, 200, 'text/html; charset=utf-8', viewerPage(lang));
  }
  if (path === '/favicon.ico') return reply(response, 204, 'image/x-icon', '');
  const script = await readViewerAsset(path);
  if (script === undefined) throw new Refusal(404, `Nothing at ${path}.`);
  return reply(response, 200, 'text/javascript; charset=utf-8', script);
}

async function answerHealth(response: ServerResponse, deps: AppServerDeps): Promise<void> {
  const trouble = deps.databaseTrouble();
  const self = { pid: process.pid, uptime_s: Math.round(process.uptime()) };
  if (trouble) return replyJson(response, 503, { status: 'error', ...self, error: errorFields(trouble).error });
  return replyJson(response, 200, {
    ...{ status: 'ok', ...self },
    ...{ cycle: deps.readCycle(), viewers: deps.countViewers() },
  });
}

async function answerFault(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  deps: AppServerDeps,
): Promise<void> {
  if (deps.faultToken === '') throw new Refusal(404, `Nothing at ${path}.`);
  if (!hasBearer(request, deps.faultToken)) throw new Refusal(401, 'The fault token is missing or wrong.');
  if (request.method === 'GET' && path === '/faults') return replyJson(response, 200, await deps.faults.states());
  if (request.method !== 'POST') throw new Refusal(405, `${request.method} is not for ${path}.`);
  const name = path.slice('/faults/'.length);
  const result = await deps.faults.flip(name, await readBody(request));
  deps.log.warn({ event: 'fault.switched', name, ...result.body });
  await replyJson(response, 200, result.body);
  result.after?.();
}
