import type { Fake, FakeOptions } from './fake-script.ts';
import { fieldOf, jsonBody } from './json-body.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface FakeLineOptions extends FakeOptions {
  /** Messages a month; null is unlimited. Counted per recipient, as LINE does. */
  quota?: number | null;
  /** Messages of this month that somebody else sent already. */
  used?: number;
  /** People in each group and room; a message to it counts as many. */
  members?: number;
  /** Answers no question about the quota. */
  hidesQuota?: boolean;
  now?: () => number;
}

/** One push that LINE took: shown to people (`accepted`), or known by its retry key and not shown again (`repeated`). */
export interface LinePush {
  at: number;
  to: string;
  text: string;
  key: string | null;
  outcome: 'accepted' | 'repeated';
}

export interface FakeLine extends Fake<LoggedRequest> {
  pushes(): LinePush[];
  /** Requests for a push alone, without questions about the quota. */
  tries(): LoggedRequest[];
}

const retryKeyKeptMs = 24 * 3_600_000;
const pushPath = '/v2/bot/message/push';

/** LINE's push API: a retry key used within 24 h is answered 409, an exhausted quota 429, a missing token 401. The script serves pushes only. */
export async function startFakeLine(options: FakeLineOptions = {}): Promise<FakeLine> {
  const now = options.now ?? Date.now;
  const keys = new Map<string, { at: number; id: string }>();
  let used = options.used ?? 0;

  const push = (request: LoggedRequest): Answer => {
    const to = String(jsonBody(request.body)?.to ?? '');
    const key = request.headers['x-line-retry-key'];
    const known = key ? keys.get(key) : undefined;
    if (known && now() - known.at < retryKeyKeptMs) {
      return json(409, { message: 'The retry key is already accepted' }, { 'x-line-accepted-request-id': known.id });
    }
    const reach = /^[CR]/.test(to) ? (options.members ?? 1) : 1;
    if (options.quota != null && used + reach > options.quota) {
      return json(429, { message: 'You have reached your monthly limit.' });
    }
    used += reach;
    const id = `line-${used}`;
    if (key) keys.set(key, { at: now(), id });
    return json(200, { sentMessages: [{ id }] }, { 'x-line-request-id': id });
  };
  const answer = (request: LoggedRequest): Answer => {
    if (!/^Bearer .+/.test(request.headers.authorization ?? '')) return json(401, { message: 'Authentication failed' });
    if (request.method === 'POST' && request.path === pushPath) return push(request);
    if (options.hidesQuota) return json(403, { message: 'Access to this API is not available for your account' });
    if (request.path === '/v2/bot/message/quota/consumption') return json(200, { totalUsage: used });
    if (request.path === '/v2/bot/message/quota') {
      return json(200, options.quota == null ? { type: 'none' } : { type: 'limited', value: options.quota });
    }
    if (/^\/v2\/bot\/(group|room)\/[^/]+\/members\/count$/.test(request.path)) {
      return json(200, { count: options.members ?? 1 });
    }
    return json(404, { message: 'Not found' });
  };
  const server = await startLoopbackHttp({ ...options, answer, scripted: ({ path }) => path === pushPath });
  const tries = () => server.requests().filter((one) => one.path === pushPath);
  return {
    ...server,
    tries,
    pushes: () => tries().flatMap((one) => (one.decided === 200 || one.decided === 409 ? [pushOf(one)] : [])),
  };
}

function pushOf(request: LoggedRequest): LinePush {
  const body = jsonBody(request.body);
  const messages = Array.isArray(body?.messages) ? body.messages : [];
  return {
    at: request.at,
    to: String(body?.to ?? ''),
    text: messages.map((one) => String(fieldOf(one, 'text') ?? '')).join('\n'),
    key: request.headers['x-line-retry-key'] ?? null,
    outcome: request.decided === 200 ? 'accepted' : 'repeated',
  };
}

const json = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
