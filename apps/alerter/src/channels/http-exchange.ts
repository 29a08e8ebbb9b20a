import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { TimeLimit } from './time-limit.ts';

export interface HttpPost {
  url: string;
  headers?: Record<string, string>;
  /** JSON. */
  body: string;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
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
 * One POST, redirects not followed. By Node's own client: fetch took half of what an alert costs, which a storm of them shows.
 * @throws NeverSent; any other error when it may have arrived
 */
export async function exchange(post: HttpPost, limit: TimeLimit): Promise<HttpAnswer> {
  const url = new URL(post.url);
  const options = {
    method: 'POST',
    signal: limit.signal,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(post.body),
      'user-agent': 'yoban',
      ...post.headers,
    },
  };
  const sending =
    url.protocol === 'https:'
      ? tlsRequest(url, { ...options, agent: secured })
      : request(url, { ...options, agent: plain });
  const response = await answerTo(sending, post.body, limit);
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) headers.set(name, String(value));
  return { status: response.statusCode ?? 0, headers, body: await readSome(response) };
}

function answerTo(sending: ClientRequest, body: string, limit: TimeLimit): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  let hasLeft = false;
  // Nothing is written before: what waits for a connection would leave by itself, also after a sleep that lasted longer than the try may.
  const leaves = () => {
    if (limit.isOver()) return void sending.destroy(Object.assign(new Error('too late'), { name: 'AbortError' }));
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
async function readSome(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (bytes >= bodyMaxBytes) break;
    }
  } catch {
    // What was read so far is enough to look for a word in.
  }
  return Buffer.concat(chunks).subarray(0, bodyMaxBytes).toString('utf8');
}
