import type { Fake, FakeOptions } from './fake-script.ts';
import { jsonBody } from './json-body.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

export interface FakeNtfyOptions extends FakeOptions {
  /** Before version 2.16: sequence ids mean nothing, a repeat is one more message. */
  old?: boolean;
}

/** One message that the server took: shown as a new one (`accepted`), or in the place of one with its id (`repeated`). */
export interface NtfyMessage {
  at: number;
  topic: string;
  title: string;
  message: string;
  priority: number;
  sequenceId: string | null;
  outcome: 'accepted' | 'repeated';
}

export interface FakeNtfy extends Fake<LoggedRequest> {
  messages(): NtfyMessage[];
}

const messageMaxBytes = 4_096;

/** An ntfy server that takes messages as JSON at its root; `url` is the address of a topic. */
export async function startFakeNtfy(options: FakeNtfyOptions = {}): Promise<FakeNtfy> {
  const topic = 'secret-of-the-topic';
  const shown = new Set<string>();
  const taken: NtfyMessage[] = [];
  const answer = (request: LoggedRequest): Answer => {
    const body = jsonBody(request.body);
    if (request.method !== 'POST' || request.path !== '/') return refusal(404, 40_401, 'page not found');
    if (!body) return refusal(400, 40_024, 'invalid request: request body must be valid JSON');
    if (body.topic !== topic) return refusal(400, 40_009, 'invalid request: topic invalid');
    if (Buffer.byteLength(String(body.message)) > messageMaxBytes) return refusal(413, 41_303, 'JSON body too large');
    const given = request.headers['x-sequence-id'] ?? null;
    const sequenceId = options.old ? null : given;
    if (sequenceId !== null && !/^[-_A-Za-z0-9]{1,64}$/.test(sequenceId)) {
      return refusal(400, 40_049, 'invalid request: sequence ID invalid');
    }
    taken.push({
      at: request.at,
      topic,
      title: String(body.title ?? ''),
      message: String(body.message ?? ''),
      priority: Number(body.priority ?? 3),
      sequenceId: given,
      outcome: sequenceId !== null && shown.has(sequenceId) ? 'repeated' : 'accepted',
    });
    if (sequenceId !== null) shown.add(sequenceId);
    const id = `m${taken.length}`;
    return json(200, { id, event: 'message', topic, ...(!options.old && { sequence_id: sequenceId ?? id }) });
  };
  const server = await startLoopbackHttp({ ...options, answer });
  return { ...server, url: `${server.url}/${topic}`, messages: () => taken };
}

const refusal = (status: number, code: number, error: string): Answer => json(status, { code, http: status, error });

const json = (status: number, body: object): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
