import type { Fake, FakeOptions } from './fake-script.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface FakeLineOptions extends FakeOptions {
  /** Messages a month; null is unlimited. Counted per recipient, as LINE does. */
  quota?: number | null;
  now?: () => number;
}

const retryKeyKeptMs = 24 * 3_600_000;

/** LINE's push API: a retry key used within 24 h is answered 409, an exhausted quota 429, a missing token 401. */
export function startFakeLine(options: FakeLineOptions = {}): Promise<Fake<LoggedRequest>> {
  const now = options.now ?? Date.now;
  const keys = new Map<string, { at: number; id: string }>();
  let used = 0;

  const push = (request: LoggedRequest): Answer => {
    const key = request.headers['x-line-retry-key'];
    const known = key ? keys.get(key) : undefined;
    if (known && now() - known.at < retryKeyKeptMs) {
      return json(409, { message: 'The retry key is already accepted' }, { 'x-line-accepted-request-id': known.id });
    }
    if (options.quota != null && used >= options.quota) {
      return json(429, { message: 'You have reached your monthly limit.' });
    }
    used += 1;
    const id = `line-${used}`;
    if (key) keys.set(key, { at: now(), id });
    return json(200, { sentMessages: [{ id }] }, { 'x-line-request-id': id });
  };
  const answer = (request: LoggedRequest): Answer => {
    if (!/^Bearer .+/.test(request.headers.authorization ?? '')) return json(401, { message: 'Authentication failed' });
    if (request.method === 'POST' && request.path === '/v2/bot/message/push') return push(request);
    if (request.path === '/v2/bot/message/quota/consumption') return json(200, { totalUsage: used });
    return json(404, { message: 'Not found' });
  };
  return startLoopbackHttp({ ...options, answer });
}

const json = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
