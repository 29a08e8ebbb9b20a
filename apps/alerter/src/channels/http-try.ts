import type { SendResult } from '../core/retry.ts';

export interface HttpAnswer {
  status: number;
  headers: Headers;
  /** What could be read of it, at most 16 KiB. */
  body: string;
}

interface HttpPost {
  url: string;
  headers?: Record<string, string>;
  /** JSON. */
  body: string;
}

const bodyMaxBytes = 16_384;
const defaultRetryAfterMs = 5_000;

/** Network faults that happen before a request can have been read. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** One POST of JSON; `judge` says what an answer means. What breaks before or instead of an answer is judged here. */
export async function postJson(
  post: HttpPost,
  signal: AbortSignal,
  judge: (answer: HttpAnswer) => SendResult,
): Promise<SendResult> {
  let response: Response;
  try {
    response = await fetch(post.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'yoban', ...post.headers },
      body: post.body,
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    return networkResult(error);
  }
  return judge({ status: response.status, headers: response.headers, body: await readSome(response) });
}

/** A cut in the middle of the answer's body changes nothing: the status says what became of the message. */
async function readSome(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= bodyMaxBytes) break;
    }
  } catch {
    // What was read so far is enough to look for a word in.
  }
  return Buffer.concat(chunks).subarray(0, bodyMaxBytes).toString('utf8');
}

function networkResult(error: unknown): SendResult {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (neverSent.has(code)) return { kind: 'retry', code };
  const aborted = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  return { kind: 'unknown', code: aborted ? 'timeout' : code || 'network' };
}

interface Judgement {
  /** Statuses that are about us (a key, an address) beside 401, 403 and redirects. */
  refused?: readonly number[];
  /** Statuses that are about the message although they look otherwise. */
  permanent?: readonly number[];
  /** A word of ours or a number for the log, never text of the answer. */
  word?: string;
  /** How long a 429 asks to wait where its Retry-After does not say so. */
  afterMs?: number | null;
}

/** What a status means to any receiver: 2xx taken, 429 wait, 408, 425 and 5xx come again, 401, 403 and redirects about us, other 4xx final. */
export function judgeStatus({ status, headers }: HttpAnswer, about: Judgement = {}): SendResult {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const code = `http_${status}${about.word ? `_${about.word}` : ''}`;
  if (status === 429) {
    return { kind: 'busy', code, afterMs: about.afterMs ?? retryAfterMs(headers.get('retry-after')) };
  }
  if (about.permanent?.includes(status)) return { kind: 'permanent', code };
  const redirected = status >= 300 && status < 400;
  if (redirected || status === 401 || status === 403 || about.refused?.includes(status)) {
    return { kind: 'refused', code };
  }
  if (status === 408 || status === 425 || status >= 500) return { kind: 'retry', code };
  return { kind: 'permanent', code };
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterMs(value: string | null): number {
  if (value === null) return defaultRetryAfterMs;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return seconds * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? defaultRetryAfterMs : Math.max(0, at - Date.now());
}

/** A body as JSON, null where it is none: a proxy in between answers with HTML. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
