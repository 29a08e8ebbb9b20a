import { createRequire } from 'node:module';
import type { Dispatcher, Agent as UndiciAgent } from 'undici';
import type { TimeLimit } from './time-limit.ts';

export interface HttpPost {
  url: string;
  headers?: Record<string, string>;
  /** JSON. */
  body: string;
}

/** By names in small letters; null where there is none. */
export interface AnswerHeaders {
  get(name: string): string | null;
}

export interface HttpAnswer {
  status: number;
  headers: AnswerHeaders;
  /** What could be read of it, at most 16 KiB. */
  body: string;
}

const bodyMaxBytes = 16_384;
/** Shorter than receivers keep an idle connection: one that is closed as a message leaves makes a repeat. */
const idleMs = 4_000;
/** Without the rest of undici: fetch, WebSocket and caches would cost 14 MB that nobody uses. */
const Agent: typeof UndiciAgent = createRequire(import.meta.url)('undici/lib/dispatcher/agent.js');
/** One request a connection at a time, and no HTTP/2, where many share one: a cut concerns one message. Times are those of the limit. */
const agent = new Agent({
  pipelining: 1,
  allowH2: false,
  keepAliveTimeout: idleMs,
  keepAliveMaxTimeout: idleMs,
  headersTimeout: 0,
  bodyTimeout: 0,
});

/** The request broke before it had a connection to leave by: nobody can have read it. */
export class NeverSent extends Error {}

/**
 * One POST, redirects not followed. By undici's dispatcher, which a storm of alerts costs half of what Node's own client does; fetch,
 * streams, signals and header objects would cost several times as much as the request.
 * @throws NeverSent; any other error when it may have arrived
 */
export function exchange(post: HttpPost, limit: TimeLimit): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const fail = (error: Error, hasLeft: boolean) =>
    reject(hasLeft ? error : new NeverSent(error.message, { cause: error }));
  const reader = answerReader(limit, resolve, fail);
  agent.dispatch(requestOf(post), reader);
  return promise;
}

function requestOf({ url, headers, body }: HttpPost): Dispatcher.DispatchOptions {
  return {
    ...placeOf(url),
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'yoban', ...headers },
    body,
  };
}

interface Place {
  origin: string;
  path: string;
}

/** Addresses that were read: there are as many as channels. */
const places = new Map<string, Place>();
const placesMax = 100;

function placeOf(text: string): Place {
  const known = places.get(text);
  if (known) return known;
  const { origin, pathname, search } = new URL(text);
  const made: Place = { origin, path: `${pathname}${search}` };
  if (places.size < placesMax) places.set(text, made);
  return made;
}

const aborted = () => Object.assign(new Error('too late'), { name: 'AbortError' });

/** Follows one request to its end. `fail` hears whether any of it may have left. */
function answerReader(
  limit: TimeLimit,
  resolve: (answer: HttpAnswer) => void,
  fail: (error: Error, hasLeft: boolean) => void,
): Dispatcher.DispatchHandler {
  let leaving: Dispatcher.DispatchController | null = null;
  let answer: Omit<HttpAnswer, 'body'> | null = null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  let given = false;
  // What still waits for a connection has not left, and never will: should it get one, it is stopped there.
  const forgetLimit = limit.onOver(() => {
    given = true;
    if (leaving) leaving.abort(aborted());
    else fail(aborted(), false);
  });
  const end = () => {
    forgetLimit();
    if (answer) resolve({ ...answer, body: Buffer.concat(chunks).subarray(0, bodyMaxBytes).toString('utf8') });
  };
  return {
    // Right before the first byte, which then leaves in the same turn. What waited for a connection may have slept longer than the try may last.
    onRequestStart: (controller) => {
      if (given || limit.isOver()) return controller.abort(aborted());
      leaving = controller;
    },
    onResponseStart: (_, status, headers) => {
      const get = (name: string) => (headers[name] === undefined ? null : String(headers[name]));
      // 1xx only announces the answer.
      if (status >= 200) answer = { status, headers: { get } };
    },
    onResponseData: (controller, chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      // Whoever says more than that is not listened to.
      if (bytes >= bodyMaxBytes) controller.abort(new Error('too long'));
    },
    onResponseEnd: end,
    onResponseError: (_, error) => {
      // A cut in the middle of the answer's body changes nothing: the status says what became of the message.
      if (answer) return end();
      forgetLimit();
      fail(error, leaving !== null);
    },
  };
}
