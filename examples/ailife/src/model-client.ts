import type { LlmOutcome, MetricsCollector } from '@yoban/agent';
import { fallbackReply, type ModelReply, parseReply } from './core/household.ts';
import type { ModelLog } from './core/model-log.ts';
import { RequestTimeout, requestJson } from './json-request.ts';
import { errorFields, type Log } from './log.ts';
import { pause } from './pause.ts';

const ATTEMPTS = 2;
/** Started together with the model, the app may be first: until then a refused connection is no failed call. */
const MODEL_START_MS = 10_000;
const START_PAUSE_MS = 200;

export interface ModelClientDeps {
  collector: MetricsCollector;
  modelLog: ModelLog;
  log: Log;
  signal: AbortSignal;
}

export type AskModel = (prompt: string) => Promise<ModelReply>;

/**
 * Asks the language model, twice at most, and falls back to a prepared line. Never rejects. Each attempt is one recorded call; the
 * last failed one, whose place the prepared line takes, counts as `fallback`.
 */
export function createModelClient(url: string, timeoutMs: number, deps: ModelClientDeps): AskModel {
  const record = (startedAt: number, outcome: LlmOutcome) => {
    const ms = performance.now() - startedAt;
    deps.modelLog.record(ms, outcome, Date.now());
    deps.collector.recordLlmCall(ms, outcome);
  };
  return async (prompt) => {
    for (let attempt = 1; attempt <= ATTEMPTS && !deps.signal.aborted; attempt += 1) {
      const startedAt = performance.now();
      try {
        const reply = parseReply(await complete(url, timeoutMs, prompt, deps.signal));
        record(startedAt, 'ok');
        return reply;
      } catch (error) {
        // A call cut off by our own stop says nothing about the model.
        if (deps.signal.aborted) break;
        if (isRefused(error) && performance.now() < MODEL_START_MS) {
          attempt -= 1;
          await pause(START_PAUSE_MS, deps.signal);
          continue;
        }
        const failure = error instanceof RequestTimeout ? 'timeout' : 'error';
        record(startedAt, attempt === ATTEMPTS ? 'fallback' : failure);
        deps.log.warn({ event: 'model.failed', attempt, failure, error: errorFields(error).error });
      }
    }
    return fallbackReply;
  };
}

const isRefused = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';

async function complete(url: string, timeoutMs: number, prompt: string, signal: AbortSignal): Promise<string> {
  const body = { model: 'household', messages: [{ role: 'user', content: prompt }] };
  const answer = await requestJson({ method: 'POST', url: `${url}/v1/chat/completions`, timeoutMs, body, signal });
  if (answer.status !== 200) throw new Error(`the model answered HTTP ${answer.status}`);
  const content = contentOf(answer.json);
  if (content === undefined) throw new Error('the model answered without choices[0].message.content');
  return content;
}

function contentOf(json: unknown): string | undefined {
  const { choices } = (json ?? {}) as { choices?: { message?: { content?: unknown } }[] };
  const content = Array.isArray(choices) ? choices[0]?.message?.content : undefined;
  return typeof content === 'string' ? content : undefined;
}
