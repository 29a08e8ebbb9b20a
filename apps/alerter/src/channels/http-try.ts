import type { SendResult } from '../core/retry.ts';
import { exchange, type HttpAnswer, type HttpPost, NeverSent } from './http-exchange.ts';
import type { TimeLimit } from './time-limit.ts';

const defaultRetryAfterMs = 5_000;

/** One POST of JSON; `judge` says what an answer means. What breaks before or instead of an answer is judged here. */
export async function postJson(
  post: HttpPost,
  limit: TimeLimit,
  judge: (answer: HttpAnswer) => SendResult,
): Promise<SendResult> {
  let answer: HttpAnswer;
  try {
    answer = await exchange(post, limit);
  } catch (error) {
    return networkResult(error);
  }
  return judge(answer);
}

function networkResult(error: unknown): SendResult {
  const never = error instanceof NeverSent;
  const fault = never ? error.cause : error;
  const aborted = fault instanceof Error && fault.name === 'AbortError';
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : 'network';
  return { kind: never ? 'retry' : 'unknown', code: aborted ? 'timeout' : code };
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
