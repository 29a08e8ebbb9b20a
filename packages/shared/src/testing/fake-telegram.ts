import type { Fake, FakeOptions } from './fake-script.ts';
import { jsonBody } from './json-body.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface TelegramMessage {
  at: number;
  chat: string;
  text: string;
  /** Null: the text is read without markup. */
  parseMode: string | null;
}

export interface FakeTelegram extends Fake<LoggedRequest> {
  /** Messages the service took: 200, or cut or left hanging after it had them. */
  messages(): TelegramMessage[];
}

const textMaxUnits = 4_096;

/** Telegram's `sendMessage`. It knows one bot, `token`, and every chat. */
export async function startFakeTelegram(options: FakeOptions & { token: string }): Promise<FakeTelegram> {
  let sent = 0;
  const answer = (request: LoggedRequest): Answer => {
    const path = /^\/bot([^/]+)\/sendMessage$/.exec(request.path);
    if (!path) return refusal(404, 'Not Found');
    if (path[1] !== options.token) return refusal(401, 'Unauthorized');
    const body = jsonBody(request.body);
    if (!body?.chat_id) return refusal(400, 'Bad Request: chat_id is empty');
    if (!body.text) return refusal(400, 'Bad Request: message text is empty');
    if (String(body.text).length > textMaxUnits) return refusal(400, 'Bad Request: message is too long');
    sent += 1;
    return json(200, { ok: true, result: { message_id: sent } });
  };
  const server = await startLoopbackHttp({ ...options, answer });
  return {
    ...server,
    messages: () =>
      server
        .requests()
        .filter((one) => one.decided === 200)
        .map(messageOf),
  };
}

function messageOf({ at, body }: LoggedRequest): TelegramMessage {
  const message = jsonBody(body);
  const mode = message?.parse_mode;
  return {
    at,
    chat: String(message?.chat_id),
    text: String(message?.text),
    parseMode: mode === undefined ? null : String(mode),
  };
}

const refusal = (status: number, description: string): Answer =>
  json(status, { ok: false, error_code: status, description });

const json = (status: number, body: object): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
