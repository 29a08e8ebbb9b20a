import { Agent, type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
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
const plain = new Agent({ keepAlive: true, timeout: idleMs });
const secured = new TlsAgent({ keepAlive: true, timeout: idleMs });

/** The request broke before it had a connection to leave by: nobody can have read it. */
export class NeverSent extends Error {}

/**
 * One POST, redirects not followed. By Node's own client, with little around it: fetch costs four times as much, and streams, signals
 * and header objects as much again as the request, which is what a storm of alerts consists of.
 * @throws NeverSent; any other error when it may have arrived
 */
export async function exchange(post: HttpPost, limit: TimeLimit): Promise<HttpAnswer> {
  const { send, address } = placeOf(post.url);
  const sending = send({
    ...address,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(post.body),
      'user-agent': 'yoban',
      ...post.headers,
    },
  });
  const giveUp = () => void sending.destroy(aborted());
  limit.signal.addEventListener('abort', giveUp, { once: true });
  try {
    if (limit.signal.aborted) giveUp();
    const response = await answerTo(sending, post.body, limit);
    const { headers, statusCode = 0 } = response;
    const get = (name: string) => (headers[name] === undefined ? null : String(headers[name]));
    return { status: statusCode, headers: { get }, body: await readSome(response) };
  } finally {
    limit.signal.removeEventListener('abort', giveUp);
  }
}

interface Place {
  send: (options: RequestOptions) => ClientRequest;
  address: RequestOptions;
}

/** Addresses that were read: there are as many as channels. */
const places = new Map<string, Place>();
const placesMax = 100;

function placeOf(text: string): Place {
  const known = places.get(text);
  if (known) return known;
  const url = new URL(text);
  const isSecured = url.protocol === 'https:';
  const made: Place = {
    send: isSecured ? tlsRequest : request,
    address: { ...urlToHttpOptions(url), agent: isSecured ? secured : plain },
  };
  if (places.size < placesMax) places.set(text, made);
  return made;
}

const aborted = () => Object.assign(new Error('too late'), { name: 'AbortError' });

function answerTo(sending: ClientRequest, body: string, limit: TimeLimit): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  let hasLeft = false;
  // Nothing is written before: what waits for a connection would leave by itself, also after a sleep that lasted longer than the try may.
  const leaves = () => {
    if (limit.isOver()) return void sending.destroy(aborted());
    hasLeft = true;
    sending.end(body);
  };
  sending.once('socket', (socket) => {
    if (!socket.connecting) leaves();
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', leaves);
  });
  sending.once('response', resolve);
  sending.on('error', (error) => reject(hasLeft ? error : new NeverSent(error.message, { cause: error })));
  return promise;
}

/** A cut in the middle of the answer's body changes nothing: the status says what became of the message. */
function readSome(response: IncomingMessage): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = () => resolve(Buffer.concat(chunks).subarray(0, bodyMaxBytes).toString('utf8'));
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    // Whoever says more than that is not listened to.
    if (bytes >= bodyMaxBytes) response.destroy();
  });
  // What was read so far is enough to look for a word in.
  response.on('error', end);
  response.on('close', end);
  return promise;
}
