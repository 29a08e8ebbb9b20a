import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** `refused`: the kit answered that it will never take this report. `unanswered`: try the same report again later. */
export type PostResult =
  | { kind: 'acknowledged' }
  | { kind: 'refused'; reason: string }
  | { kind: 'unanswered'; reason: string };

export interface PostOptions {
  url: URL;
  token: string;
  timeoutMs: number;
}

/**
 * Sends one report. Never rejects. node:http and not fetch: its sockets can be unref'd, so a report under way never keeps the host
 * alive, and undici's first use costs a small app 10 MB.
 */
export function postReport(body: string, options: PostOptions): Promise<PostResult> {
  return new Promise((resolve) => {
    try {
      send(body, options, resolve);
    } catch (error) {
      // Thrown at once for a token that is no header text or a protocol that is not HTTP.
      resolve({ kind: 'unanswered', reason: reasonOf(error) });
    }
  });
}

function send(body: string, { url, token, timeoutMs }: PostOptions, resolve: (result: PostResult) => void): void {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  // A connection of its own each time: a kept one that the kit closes at its idle limit loses the report that meets it.
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    headers,
    agent: false,
  });
  const deadline = setTimeout(() => request.destroy(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  deadline.unref();
  request.on('socket', (socket) => socket.unref());
  request.on('error', (error) => {
    clearTimeout(deadline);
    resolve({ kind: 'unanswered', reason: reasonOf(error) });
  });
  request.on('response', (response) => {
    resolve(judge(response.statusCode ?? 0));
    // The status is all we need. The deadline stays armed: a body without end must not hold the socket.
    response.on('error', () => response.destroy());
    response.on('close', () => clearTimeout(deadline));
    response.resume();
  });
  request.end(body);
}

function judge(status: number): PostResult {
  if (status >= 200 && status < 300) return { kind: 'acknowledged' };
  // 401 and 429 end when the operator mends the token or the kit has caught up; the others say that this body is wrong.
  if (status >= 400 && status < 500 && status !== 401 && status !== 429)
    return { kind: 'refused', reason: `HTTP ${status}` };
  return { kind: 'unanswered', reason: `HTTP ${status}` };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
