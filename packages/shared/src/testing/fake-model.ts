import type { Fake, FakeOptions } from './fake-script.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface FakeModelOptions extends FakeOptions {
  model?: string;
  /** What the assistant says. */
  reply?: (request: LoggedRequest) => string;
}

/** A chat-completions API in OpenAI's shape with `/v1/models`; slow and failing answers come from the script. */
export function startFakeModel(options: FakeModelOptions = {}): Promise<Fake<LoggedRequest>> {
  const model = options.model ?? 'fake-model';
  let count = 0;
  const completion = (request: LoggedRequest): Answer => {
    count += 1;
    return json(200, {
      id: `chatcmpl-${count}`,
      object: 'chat.completion',
      created: Math.floor(request.at / 1000),
      model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: options.reply?.(request) ?? 'Hello.' },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
    });
  };
  const answer = (request: LoggedRequest): Answer => {
    if (request.path === '/v1/models') return json(200, { object: 'list', data: [{ id: model, object: 'model' }] });
    if (request.method === 'POST' && request.path === '/v1/chat/completions') return completion(request);
    return json(404, { error: { message: 'Unknown request URL', type: 'invalid_request_error' } });
  };
  return startLoopbackHttp({ ...options, answer });
}

const json = (status: number, body: object): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
