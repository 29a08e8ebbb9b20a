import type { Fake, FakeOptions } from './fake-script.ts';
import { fieldOf, jsonBody } from './json-body.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface SendgridMail {
  at: number;
  from: string;
  to: string[];
  subject: string;
  text: string;
  headers: Readonly<Record<string, string>>;
  customArgs: Readonly<Record<string, string>>;
}

export interface FakeSendgrid extends Fake<LoggedRequest> {
  /** Mails the service took: 202, or cut or left hanging after it had them. */
  mails(): SendgridMail[];
}

/** SendGrid's `POST /v3/mail/send`: 202 with X-Message-Id; 401 without a bearer key; 400 for a body without recipients. */
export async function startFakeSendgrid(options: FakeOptions = {}): Promise<FakeSendgrid> {
  let sent = 0;
  const answer = (request: LoggedRequest): Answer => {
    if (request.method !== 'POST' || request.path !== '/v3/mail/send') return refusal(404, 'not found', null);
    if (!/^Bearer .+/.test(request.headers.authorization ?? '')) return refusal(401, 'authorization required', null);
    if (!request.body.includes('"personalizations"')) {
      return refusal(400, 'The personalizations field is required', 'personalizations');
    }
    return { status: 202, headers: { 'x-message-id': `fake-${++sent}` } };
  };
  const server = await startLoopbackHttp({ ...options, answer });
  return {
    ...server,
    mails: () =>
      server
        .requests()
        .filter((one) => one.decided === 202)
        .map(mailOf),
  };
}

function mailOf({ at, body }: LoggedRequest): SendgridMail {
  const mail = jsonBody(body);
  const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  const [first] = listed(mail?.personalizations);
  return {
    at,
    from: String(fieldOf(mail?.from, 'email')),
    to: listed(fieldOf(first, 'to')).map((one) => String(fieldOf(one, 'email'))),
    subject: String(mail?.subject),
    text: listed(mail?.content)
      .map((one) => String(fieldOf(one, 'value')))
      .join(''),
    headers: (mail?.headers ?? {}) as Record<string, string>,
    customArgs: (mail?.custom_args ?? {}) as Record<string, string>,
  };
}

const refusal = (status: number, message: string, field: string | null): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errors: [{ message, field, help: null }] }),
});
