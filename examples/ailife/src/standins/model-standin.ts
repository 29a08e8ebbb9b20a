import type { Server } from 'node:http';
import { Refusal, readBody, replyJson } from '../http/reply.ts';
import { pause } from '../pause.ts';
import { createStandin } from './standin-server.ts';

const ACTIVITIES = ['cooking', 'reading', 'cleaning', 'gaming', 'singing', 'gardening', 'drawing', 'sleeping'];
const LINES = [
  'Smells good already!',
  'One more page.',
  'Where did that sock go?',
  'Almost had it.',
  'Thank you for watching!',
];

/** A language model: `GET /v1/models`, `POST /v1/chat/completions`. Its mode: ok, fail (500), slow, timeout (never answers). */
export function createModelStandin(token: string, latencyMs: number, signal: AbortSignal): Server {
  const state = { mode: 'ok', slowMs: 3_000, latencyMs };
  return createStandin({
    token,
    state,
    answer: async (request, response, path) => {
      if (path === '/v1/models') return replyJson(response, 200, { data: [{ id: 'household' }] });
      if (path !== '/v1/chat/completions' || request.method !== 'POST') throw new Refusal(404, `Nothing at ${path}.`);
      await readBody(request);
      if (state.mode === 'timeout') return;
      if (state.mode === 'fail') throw new Refusal(500, 'The model is out of order.');
      await pause(state.mode === 'slow' ? state.slowMs : state.latencyMs * (0.5 + Math.random()), signal);
      const reply = { activity: oneOf(ACTIVITIES), mood: 40 + Math.floor(Math.random() * 60), say: oneOf(LINES) };
      return replyJson(response, 200, {
        choices: [{ message: { role: 'assistant', content: JSON.stringify(reply) } }],
      });
    },
  });
}

const oneOf = (list: string[]): string => list[Math.floor(Math.random() * list.length)] ?? '';
