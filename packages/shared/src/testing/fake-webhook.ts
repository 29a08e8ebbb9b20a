import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Fake, FakeOptions } from './fake-script.ts';
import { fieldOf, jsonBody } from './json-body.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface FakeWebhookOptions extends FakeOptions {
  /** Requests that are not signed with it are answered 401; without it none needs to be. */
  secret?: string;
}

/** One request that was taken: acted upon (`accepted`), or known by its key and not acted upon again (`repeated`). */
export interface WebhookDelivery {
  at: number;
  key: string | null;
  payload: Readonly<Record<string, unknown>>;
  outcome: 'accepted' | 'repeated';
}

export interface FakeWebhook extends Fake<LoggedRequest> {
  deliveries(): WebhookDelivery[];
}

/** A receiver of Alertmanager's payload, version 4, that keeps to `Idempotency-Key`. `url` is its full address. */
export async function startFakeWebhook(options: FakeWebhookOptions = {}): Promise<FakeWebhook> {
  const known = new Set<string>();
  const taken: WebhookDelivery[] = [];
  const answer = (request: LoggedRequest): Answer => {
    if (request.method !== 'POST' || !request.path.startsWith('/hook/')) return { status: 404 };
    if (options.secret !== undefined && !isSigned(request, options.secret)) return { status: 401 };
    const payload = jsonBody(request.body);
    const [first] = Array.isArray(payload?.alerts) ? payload.alerts : [];
    if (payload?.version !== '4' || fieldOf(first, 'status') !== payload.status) return { status: 400 };
    const key = request.headers['idempotency-key'] ?? null;
    const outcome = key !== null && known.has(key) ? 'repeated' : 'accepted';
    if (key !== null) known.add(key);
    taken.push({ at: request.at, key, payload, outcome });
    return { status: 200, body: outcome };
  };
  const server = await startLoopbackHttp({ ...options, answer });
  return { ...server, url: `${server.url}/hook/secret-of-the-address`, deliveries: () => taken };
}

function isSigned({ headers, body }: LoggedRequest, secret: string): boolean {
  const signed = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['x-yoban-signature'] ?? '');
  if (!signed?.[2]) return false;
  const expected = createHmac('sha256', secret).update(`${signed[1]}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(signed[2], 'hex'));
}
