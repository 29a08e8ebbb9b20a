import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { OpsError } from '@yoban/shared/errors';
import type { EngineAddress } from './engine-address.ts';
import { EngineSilence, engineProblem } from './engine-problem.ts';

export interface EngineQuestion {
  method: 'GET' | 'POST';
  /** With its query, encoded. */
  path: string;
  timeoutMs: number;
}

export interface EngineAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A list of some thousand containers; more is no answer to what we ask. */
const bodyMaxBytes = 8 * 1024 * 1024;

/** Asks an engine for one thing over a connection of its own. @throws OpsError SUPERVISOR_UNAVAILABLE when no whole answer came. */
export async function askEngine(address: EngineAddress, question: EngineQuestion): Promise<EngineAnswer> {
  const request = open(address, question);
  const timer = setTimeout(() => request.destroy(new EngineSilence(question.timeoutMs)), question.timeoutMs);
  try {
    const answer = await answerOf(request);
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await readBody(answer) };
  } catch (error) {
    throw engineProblem(address, error);
  } finally {
    clearTimeout(timer);
    request.destroy();
  }
}

/**
 * Opens an answer that has no end, such as `/events`; whoever takes it destroys it. The time limit is for its head.
 * @throws OpsError SUPERVISOR_UNAVAILABLE
 */
export async function openEngineStream(address: EngineAddress, question: EngineQuestion): Promise<IncomingMessage> {
  const request = open(address, question);
  const timer = setTimeout(() => request.destroy(new EngineSilence(question.timeoutMs)), question.timeoutMs);
  try {
    return await answerOf(request);
  } catch (error) {
    throw engineProblem(address, error);
  } finally {
    clearTimeout(timer);
  }
}

/** The sentence in an engine's refusal, or in the socket proxy's; short and on one line. */
export function engineSays({ status, body }: Pick<EngineAnswer, 'status' | 'body'>): string {
  const said = readJson(body);
  const [text] = [said?.message, said?.detail].filter((one) => typeof one === 'string');
  return text ? text.replace(/\s+/g, ' ').slice(0, 300) : `it answered ${status}`;
}

function readJson(body: string): { message?: unknown; detail?: unknown } | null {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const open = (address: EngineAddress, { method, path }: EngineQuestion): ClientRequest =>
  httpRequest({ ...address, method, path, agent: false, headers: { host: 'docker' } }).end();

const answerOf = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => request.once('response', resolve).once('error', reject));

async function readBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyMaxBytes) throw new OpsError('SUPERVISOR_UNAVAILABLE', `an answer over ${bodyMaxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
