import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { askEngine, type EngineAnswer, engineSays, openEngineStream } from '@yoban/host-tools/engine/ask-engine';
import type { EngineAddress } from '@yoban/host-tools/engine/engine-address';
import { ContainerDetail, ContainerRow, ContainerStats, EngineVersion } from '@yoban/shared/contracts/engine';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { OpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import { z } from 'zod';
import type { ProxyLimits } from './config.ts';
import type { ContainerCall, Refusal } from './core/engine-call.ts';
import { containerPath, enginePath } from './core/engine-path.ts';
import type { Allowed } from './core/judge-request.ts';
import { createEventFilter } from './event-filter.ts';
import { isGuarded } from './is-guarded.ts';
import { forbidden, sendBody, sendProblem } from './refuse.ts';

export interface CallDeps {
  engine: EngineAddress;
  limits: ProxyLimits;
  log: Log;
  /** Who asks. */
  from: string;
  /** Writes the line about a refusal. */
  refuse: (refusal: Refusal) => void;
}

/** Asks the engine for what was let through, and answers with what may be seen of it. @throws OpsError SUPERVISOR_UNAVAILABLE */
export async function serveCall({ api, call }: Allowed, response: ServerResponse, deps: CallDeps): Promise<void> {
  switch (call.do) {
    case 'ping':
      return sendPing(await ask(enginePath(api, call), deps), response);
    case 'version':
      return sendJson(await ask(enginePath(api, call), deps), response, EngineVersion);
    case 'list':
      return sendJson(await ask(enginePath(api, call), deps), response, GuardedRows);
    case 'events':
      return streamEvents(enginePath(api, call), response, deps);
    default:
      return serveContainer(api, call, response, deps);
  }
}

const GuardedRows = z.array(ContainerRow).transform((rows) => rows.filter(({ Labels }) => isGuarded(Labels)));

const ask = (path: string, { engine, limits }: CallDeps): Promise<EngineAnswer> =>
  askEngine(engine, { method: 'GET', path, timeoutMs: limits.askMs });

function sendPing({ status, headers }: EngineAnswer, response: ServerResponse): void {
  const version = String(headers['api-version'] ?? '');
  const shown = {
    'content-type': 'text/plain; charset=utf-8',
    ...(/^\d+\.\d+$/.test(version) && { 'api-version': version }),
  };
  sendBody(response, status === 200 ? 200 : 502, shown, status === 200 ? 'OK' : '');
}

function sendJson(answer: EngineAnswer, response: ServerResponse, Shape: z.ZodType): void {
  if (answer.status !== 200) {
    sendFailure(answer, response);
    return;
  }
  const body = JSON.stringify(read(answer, Shape));
  sendBody(response, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' }, body);
}

function read<T>({ body }: EngineAnswer, Shape: z.ZodType<T>): T {
  const parsed = jsonText(Shape).safeParse(body);
  if (parsed.success) return parsed.data;
  throw new OpsError('SUPERVISOR_UNAVAILABLE', 'the engine answered in a shape that is not known', {
    hint: 'Use a version of the engine with API 1.41 or later, or report this.',
    cause: parsed.error,
  });
}

/** What the engine itself refuses or cannot do, in its words, at its status. */
function sendFailure(answer: Pick<EngineAnswer, 'status' | 'body'>, response: ServerResponse): void {
  sendProblem(response, {
    status: answer.status >= 400 && answer.status < 600 ? answer.status : 502,
    code: 'SUPERVISOR_FAILED',
    detail: engineSays(answer),
    hint: 'The engine says so, not the proxy; docker logs of the container tells more.',
    retryable: answer.status >= 500,
  });
}

/** By its whole id from here on: a name may pass to another container between the look and the act, an id and its labels never. */
async function serveContainer(
  api: string,
  call: ContainerCall,
  response: ServerResponse,
  deps: CallDeps,
): Promise<void> {
  const found = await ask(containerPath(api, { do: 'inspect' }, call.container), deps);
  if (found.status !== 200 && found.status !== 404) return sendFailure(found, response);
  const detail = found.status === 200 ? read(found, ContainerDetail) : null;
  if (detail === null || !isGuarded(detail.Config.Labels)) {
    deps.refuse({ reason: 'not-guarded', detail: detail === null ? 'no such container' : 'it lacks the label' });
    // One answer for both: what runs on the machine is not for everybody to find out.
    return sendProblem(response, forbidden('no container that carries the label goes by this name'));
  }
  if ('timeoutS' in call) return act(api, { ...call, detail }, response, deps);
  const answer = call.do === 'inspect' ? found : await ask(containerPath(api, call, detail.Id), deps);
  sendJson(answer, response, call.do === 'inspect' ? ContainerDetail : ContainerStats);
}

type Act = Extract<ContainerCall, { timeoutS: number | null }> & { detail: ContainerDetail };

async function act(api: string, { detail, ...call }: Act, response: ServerResponse, deps: CallDeps): Promise<void> {
  const { engine, limits, log, from } = deps;
  const startedAt = performance.now();
  const path = containerPath(api, call, detail.Id);
  const answer = await askEngine(engine, { method: 'POST', path, timeoutMs: limits.actMs });
  log.info({
    event: 'container.asked',
    ...{ do: call.do, container: detail.Id.slice(0, 12), name: detail.Name, status: answer.status, from },
    durationMs: Math.round(performance.now() - startedAt),
  });
  // 304: it is so already.
  if (answer.status !== 204 && answer.status !== 304) return sendFailure(answer, response);
  response.writeHead(answer.status).end();
}

async function streamEvents(path: string, response: ServerResponse, { engine, limits, log }: CallDeps): Promise<void> {
  const events = await openEngineStream(engine, { method: 'GET', path, timeoutMs: limits.askMs });
  if (events.statusCode !== 200) {
    events.destroy();
    return sendFailure({ status: events.statusCode ?? 0, body: '' }, response);
  }
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  try {
    await pipeline(events, createEventFilter(), response);
  } catch (error) {
    // Either end may leave at any time; the caller sees the connection end and asks again.
    log.debug({ event: 'events.ended', err: error });
  }
}
