import type { IncomingMessage, ServerResponse } from 'node:http';

const MAX_BODY_BYTES = 16 * 1024;

/** A request that is refused: status and a sentence for whoever sent it. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** Answers with JSON and resolves when it has been handed to the system (or the client is gone). */
export function replyJson(response: ServerResponse, status: number, body: unknown): Promise<void> {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  return reply(response, status, `${type}; charset=utf-8`, JSON.stringify(body));
}

export function reply(response: ServerResponse, status: number, type: string, text: string): Promise<void> {
  return new Promise((resolve) => {
    response.on('close', resolve);
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:",
    });
    response.end(text);
  });
}

/** The JSON object of a request; an empty body is `{}`. Throws Refusal 400 or 413. */
export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new Refusal(413, `The body is over ${MAX_BODY_BYTES} bytes.`);
    parts.push(part);
  }
  if (bytes === 0) return {};
  const value = parsed(Buffer.concat(parts).toString());
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal(400, 'The body must be a JSON object.');
  return { ...value };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `The body is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
