import http from 'node:http';
import https from 'node:https';
import { lookLimit } from './look-limit.ts';
import type { Observed, Probe } from './probe.ts';

export type HttpFailure = 'timeout' | 'refused' | 'reset' | 'name' | 'tls' | 'stopped' | 'other';

export type HttpLook =
  | { outcome: 'answered'; status: number; latencyMs: number; body: string; bodyCut: boolean }
  | { outcome: 'failed'; failure: HttpFailure; latencyMs: number; detail: string };

export interface HttpProbeOptions {
  url: string;
  timeoutMs: number;
  /** Bytes of the body that are kept; 0 reads and drops it. */
  bodyMaxBytes?: number;
  method?: 'GET' | 'HEAD' | 'POST';
  /** Sent beside the usual ones. */
  headers?: Record<string, string>;
}

export interface HttpProbe {
  look: Probe<HttpLook>;
  close(): void;
}

/**
 * One request to one address, GET unless told, over a connection that is kept open. A redirect is an answer like any other and is not followed: the
 * question is how this host does, not another one. The limit covers the whole answer, so a trickling body cannot hold it open.
 */
export function createHttpProbe(options: HttpProbeOptions): HttpProbe {
  const url = new URL(options.url);
  const secure = url.protocol === 'https:';
  const agent = new (secure ? https : http).Agent({ keepAlive: true, maxSockets: 1 });
  const request = (signal: AbortSignal) =>
    (secure ? https : http).request(url, {
      ...{ agent, signal, method: options.method ?? 'GET' },
      headers: { ...plainHeaders, ...options.headers },
    });
  const look = async (outer?: AbortSignal): Promise<Observed<HttpLook>> => {
    const limit = lookLimit(options.timeoutMs);
    const signal = outer ? AbortSignal.any([limit.signal, outer]) : limit.signal;
    const observedAt = Date.now();
    const begin = performance.now();
    const latencyMs = () => Math.round((performance.now() - begin) * 10) / 10;
    try {
      const answer = await askTwiceAtMost(() => request(signal), options.bodyMaxBytes ?? 0);
      return { observedAt, outcome: 'answered', latencyMs: latencyMs(), ...answer };
    } catch (error) {
      const failure = limit.signal.aborted ? 'timeout' : outer?.aborted ? 'stopped' : failureOf(error);
      return {
        observedAt,
        outcome: 'failed',
        failure,
        latencyMs: latencyMs(),
        detail: detailOf(failure, options, error),
      };
    } finally {
      limit.clear();
    }
  };
  return { look, close: () => agent.destroy() };
}

const plainHeaders = { accept: 'application/json, text/plain, */*', 'user-agent': 'yoban' };

interface Answer {
  status: number;
  body: string;
  bodyCut: boolean;
}

/** A kept connection that the server closed just now says nothing about the server: one more try, on a new one. */
async function askTwiceAtMost(request: () => http.ClientRequest, maxBytes: number): Promise<Answer> {
  const first = request();
  try {
    return await ask(first, maxBytes);
  } catch (error) {
    if (first.reusedSocket && failureOf(error) === 'reset') return ask(request(), maxBytes);
    throw error;
  }
}

function ask(request: http.ClientRequest, maxBytes: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxBytes) chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, body, bodyCut: maxBytes > 0 && bytes > maxBytes });
      });
    });
    request.end();
  });
}

const failureCodes: Record<string, HttpFailure> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
};

function failureOf(error: unknown): HttpFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (failureCodes[code]) return failureCodes[code];
  return /^(CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code) ? 'tls' : 'other';
}

function detailOf(failure: HttpFailure, { timeoutMs }: HttpProbeOptions, error: unknown): string {
  switch (failure) {
    case 'timeout':
      return `no answer within ${timeoutMs / 1_000} s`;
    case 'refused':
      return 'connection refused';
    case 'reset':
      return 'connection closed without an answer';
    case 'name':
      return 'its name cannot be resolved';
    case 'stopped':
      return 'the look was broken off';
    case 'tls':
    case 'other':
      return error instanceof Error ? error.message.slice(0, 200) : String(error).slice(0, 200);
    default:
      return failure satisfies never;
  }
}
