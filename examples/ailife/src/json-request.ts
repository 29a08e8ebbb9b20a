import { request } from 'node:http';
import { request as secureRequest } from 'node:https';

const MAX_ANSWER_BYTES = 1024 * 1024;

export interface JsonRequest {
  method: 'GET' | 'POST';
  url: string;
  timeoutMs: number;
  body?: unknown;
  token?: string;
  signal?: AbortSignal;
}

export interface JsonAnswer {
  status: number;
  /** undefined when the body is no JSON. */
  json: unknown;
}

export class RequestTimeout extends Error {
  constructor(url: string, timeoutMs: number) {
    super(`${url}: no answer in ${timeoutMs} ms`);
    this.name = 'RequestTimeout';
  }
}

/** One JSON request with a limit for the whole of it. Rejects with `RequestTimeout` or the connection's error; any status resolves. */
export function requestJson(options: JsonRequest): Promise<JsonAnswer> {
  const { method, url, timeoutMs, token, signal } = options;
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? secureRequest : request;
    const outgoing = send(url, { method, headers, agent: false, ...(signal && { signal }) }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
        if (text.length > MAX_ANSWER_BYTES) answer.destroy(new Error(`${url}: answer over ${MAX_ANSWER_BYTES} bytes`));
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, json: parsed(text) }));
    });
    const deadline = setTimeout(() => outgoing.destroy(new RequestTimeout(url, timeoutMs)), timeoutMs);
    outgoing.on('close', () => clearTimeout(deadline));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A body that is no JSON is told apart by its `undefined`; the caller judges by the status.
    return undefined;
  }
}
