import type { Fake, FakeOptions } from './fake-script.ts';
import { fieldOf, jsonBody } from './json-body.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface DiscordMessage {
  at: number;
  color: number | null;
  /** Content and description as people would read them: escapes undone. */
  text: string;
  /** Whether `@everyone` and other mentions in it would have rung anywhere. */
  mentions: boolean;
}

export interface FakeDiscord extends Fake<LoggedRequest> {
  /** Messages the service kept: 200, or cut or left hanging after it had them. */
  messages(): DiscordMessage[];
}

/** Discord's webhook: `url` is its full address. Answers as with `?wait=true`: the message kept, or why it was not. */
export async function startFakeDiscord(options: FakeOptions = {}): Promise<FakeDiscord> {
  let kept = 0;
  const answer = (request: LoggedRequest): Answer => {
    const { pathname, searchParams } = new URL(request.path, 'http://discord.test');
    if (request.method !== 'POST' || !pathname.startsWith('/api/webhooks/')) {
      return json(404, { message: 'Unknown Webhook', code: 10015 });
    }
    const body = jsonBody(request.body);
    if (!body) return json(400, { message: 'The request body contains invalid JSON.', code: 50109 });
    if (isTooLong(body) || (!body.content && !body.embeds)) {
      return json(400, { message: 'Invalid Form Body', code: 50035 });
    }
    kept += 1;
    return searchParams.get('wait') === 'true' ? json(200, { id: String(kept) }) : { status: 204 };
  };
  const server = await startLoopbackHttp({ ...options, answer });
  return {
    ...server,
    url: `${server.url}/api/webhooks/1234567890/secret-of-the-webhook`,
    messages: () =>
      server
        .requests()
        .filter((one) => one.decided === 200 || one.decided === 204)
        .map(messageOf),
  };
}

const embedOf = (body: Record<string, unknown> | null): unknown =>
  Array.isArray(body?.embeds) ? body.embeds[0] : undefined;

const isTooLong = (body: Record<string, unknown>): boolean =>
  String(body.content ?? '').length > 2_000 || String(fieldOf(embedOf(body), 'description') ?? '').length > 4_096;

function messageOf({ at, body }: LoggedRequest): DiscordMessage {
  const message = jsonBody(body);
  const embed = embedOf(message);
  const color = fieldOf(embed, 'color');
  const parse = fieldOf(message?.allowed_mentions, 'parse');
  const text = [message?.content, fieldOf(embed, 'description')].map((part) => String(part ?? '')).join('\n');
  return {
    at,
    color: typeof color === 'number' ? color : null,
    text: text.replace(/\\([^A-Za-z0-9\s])/g, '$1'),
    mentions: !(Array.isArray(parse) && parse.length === 0),
  };
}

const json = (status: number, body: object): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
