import type { HttpLook } from '../../probes/http.ts';
import { parsedJson } from './parsed-json.ts';

export type ChatPoll = { good: true; nextPageToken: string | null } | { good: false; reason: string };

/** What YouTube's `error.errors[].reason` means to people; others are told as they are. */
const reasons: Record<string, string> = {
  quotaExceeded: 'the quota of the API is used up',
  rateLimitExceeded: 'it is asked too often',
  liveChatEnded: 'the live chat has ended',
  liveChatDisabled: 'the live chat is switched off',
  liveChatNotFound: 'there is no such live chat',
  authError: 'the key is refused',
  keyInvalid: 'the key is refused',
};

/**
 * One poll of YouTube's `liveChat/messages`: 200 with `items`, while the stream is on the air (`offlineAt` stands only in
 * the answer of one that is over).
 */
export function judgeChatPoll(look: HttpLook): ChatPoll {
  if (look.outcome === 'failed') return { good: false, reason: look.detail };
  const document = parsedJson(look.body);
  if (look.status !== 200) return { good: false, reason: refusal(look.status, document) };
  if (!Array.isArray(fieldOf(document, 'items')))
    return { good: false, reason: 'answered 200, but not with a live chat' };
  const offlineAt = fieldOf(document, 'offlineAt');
  if (typeof offlineAt === 'string')
    return { good: false, reason: `the stream is offline since ${offlineAt.slice(0, 40)}` };
  const next = fieldOf(document, 'nextPageToken');
  return { good: true, nextPageToken: typeof next === 'string' ? next : null };
}

function refusal(status: number, document: unknown): string {
  const errors = fieldOf(fieldOf(document, 'error'), 'errors');
  const reason: unknown = Array.isArray(errors) ? fieldOf(errors[0], 'reason') : undefined;
  if (typeof reason !== 'string') return `answered ${status}`;
  return `answered ${status}: ${reasons[reason] ?? reason.slice(0, 60)}`;
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
