import type { Fake, FakeOptions } from './fake-script.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface SlackMessage {
  at: number;
  color: string;
  text: string;
}

export interface FakeSlack extends Fake<LoggedRequest> {
  /** Messages the receiver took (2xx, or cut after it had accepted them), read from the raw log. */
  messages(): SlackMessage[];
}

/** Slack's incoming webhook: `url` is the webhook's full address. Answers `ok`, or 400 `invalid_payload` as Slack does. */
export async function startFakeSlack(options: FakeOptions = {}): Promise<FakeSlack> {
  const server = await startLoopbackHttp({ ...options, answer });
  const taken = () =>
    server.requests().filter((one) => one.status === 200 || one.step === 'reset-after-accept' || one.step === 'hang');
  return {
    ...server,
    url: `${server.url}/services/T000/B000/secret-of-the-webhook`,
    messages: () => taken().flatMap((one) => messagesIn(one).map((message) => ({ at: one.at, ...message }))),
  };
}

function answer(request: LoggedRequest): Answer {
  if (request.method !== 'POST' || !request.path.startsWith('/services/')) return { status: 404, body: 'no_service' };
  return messagesIn(request).length > 0 ? { status: 200, body: 'ok' } : { status: 400, body: 'invalid_payload' };
}

function messagesIn(request: LoggedRequest): Omit<SlackMessage, 'at'>[] {
  const payload = parse(request.body);
  if (typeof payload !== 'object' || payload === null || !('attachments' in payload)) return [];
  if (!Array.isArray(payload.attachments)) return [];
  return payload.attachments.map((one: { color?: unknown; text?: unknown }) => ({
    color: String(one.color),
    text: String(one.text),
  }));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Slack answers invalid_payload for what is not JSON.
    return null;
  }
}
