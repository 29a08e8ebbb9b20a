import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { hasBearer } from '../http/bearer.ts';
import { Refusal, readBody, replyJson } from '../http/reply.ts';

export interface StandinOptions {
  /** Empty: `/control` does not exist. */
  token: string;
  /** What `/control` shows, and changes by a POST of some of its fields. */
  state: Record<string, unknown>;
  /** After a POST to `/control`. */
  onControl?: () => void;
  answer: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>;
}

/** A third party's fake, not yet listening: its own answers, and `/control` behind the fault token. */
export function createStandin(options: StandinOptions): Server {
  return createServer((request, response) => {
    serve(request, response, options).catch(async (error: unknown) => {
      const status = error instanceof Refusal ? error.status : 500;
      if (response.headersSent) response.destroy();
      else
        await replyJson(response, status, { status, detail: error instanceof Error ? error.message : String(error) });
    });
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, options: StandinOptions): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://standin').pathname;
  if (path !== '/control' || options.token === '') return options.answer(request, response, path);
  if (!hasBearer(request, options.token)) throw new Refusal(401, 'The fault token is missing or wrong.');
  if (request.method === 'POST') {
    change(options.state, await readBody(request));
    options.onControl?.();
  }
  return replyJson(response, 200, options.state);
}

function change(state: Record<string, unknown>, body: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(state, name)) throw new Refusal(400, `Unknown field ${name}.`);
    if (typeof value !== typeof state[name]) throw new Refusal(400, `"${name}" must be a ${typeof state[name]}.`);
  }
  Object.assign(state, body);
}
