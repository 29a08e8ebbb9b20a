import type { SendResult } from '../core/retry.ts';
import type { Channel, OutgoingMessage } from './channel.ts';

/** An attachment's text is cut beyond this; Slack shows about as much before "show more". */
const textMaxChars = 3_000;
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

/** The webhook is unknown, revoked, or its channel is closed to it: nothing the message could change. */
const aboutUs = new Set([401, 403, 404, 410]);

/** Slack's incoming webhook: one POST, one attachment (A2). Its address is the secret. */
export function slackChannel(name: string, url: string): Channel {
  return {
    name,
    kind: 'slack',
    // Slack takes a message a second and short bursts; an app that ignores its 429s is switched off.
    pace: { perSecond: 1, burst: 6, reserve: 3 },
    concurrency: 4,
    send: async (message, signal) => {
      let response: Response;
      try {
        response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ attachments: [{ color: message.color, text: slackText(message) }] }),
          redirect: 'manual',
          signal,
        });
      } catch (error) {
        return networkResult(error);
      }
      // A cut in the middle of the answer's body changes nothing: the status says that it was taken.
      const body = await response.text().catch(() => '');
      return answerResult(response, body);
    },
  };
}

/** Slack reads & < > as markup: escaped, neither `<!channel>` nor a forged link in a service's text does anything. */
export function slackText(message: OutgoingMessage): string {
  const text = [`${message.emoji} ${message.head}`, ...message.lines].join('\n');
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (escaped.length <= textMaxChars) return escaped;
  // Cut as it is sent, but neither inside an entity nor between the halves of a sign beyond 16 bits.
  const whole = escaped.slice(0, textMaxChars - 1).replace(/(&[a-z]{0,3}|[\uD800-\uDBFF])$/, '');
  return `${whole}…`;
}

function networkResult(error: unknown): SendResult {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (neverSent.has(code)) return { kind: 'retry', code };
  const aborted = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  return { kind: 'unknown', code: aborted ? 'timeout' : code || 'network' };
}

function answerResult(response: Response, body: string): SendResult {
  const { status } = response;
  if (status >= 200 && status < 300) return { kind: 'sent' };
  // Slack's refusals are one word, such as invalid_payload; anything longer stays out of our log.
  const word = /^[a-z_]{1,40}$/.test(body.trim()) ? `_${body.trim()}` : '';
  const code = `http_${status}${word}`;
  if (status === 429) {
    return { kind: 'busy', code, afterMs: retryAfterMs(response.headers.get('retry-after')) };
  }
  if (aboutUs.has(status) || word === '_invalid_token' || (status >= 300 && status < 400))
    return { kind: 'refused', code };
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
