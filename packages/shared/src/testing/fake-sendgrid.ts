import type { Fake, FakeOptions } from './fake-script.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

/** SendGrid's `POST /v3/mail/send`: 202 with X-Message-Id; 401 without a bearer key; 400 for a body without recipients. */
export function startFakeSendgrid(options: FakeOptions = {}): Promise<Fake<LoggedRequest>> {
  let sent = 0;
  const answer = (request: LoggedRequest): Answer => {
    if (request.method !== 'POST' || request.path !== '/v3/mail/send') return refusal(404, 'not found', null);
    if (!/^Bearer .+/.test(request.headers.authorization ?? '')) return refusal(401, 'authorization required', null);
    if (!request.body.includes('"personalizations"')) {
      return refusal(400, 'The personalizations field is required', 'personalizations');
    }
    return { status: 202, headers: { 'x-message-id': `fake-${++sent}` } };
  };
  return startLoopbackHttp({ ...options, answer });
}

const refusal = (status: number, message: string, field: string | null): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ errors: [{ message, field, help: null }] }),
});
