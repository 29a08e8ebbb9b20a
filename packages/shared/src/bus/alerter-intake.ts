import { type IncomingMessage, request } from 'node:http';
import type { AlertEvent } from '../contracts/alert.ts';
import { intakeEventsMax, intakePath, intakeSocket } from '../contracts/intake.ts';
import { OpsError } from '../errors.ts';
import { socketPath } from '../paths.ts';

/** Where the alerter listens: a unix socket on this machine, or `http://host:port`. */
export type IntakeAddress = { socket: string } | { url: string };

/** Where the alerter of a kit listens: `YOBAN_ALERTER_URL`, else its socket below `YOBAN_HOME/run`. */
export const intakeAddressOf = (kit: { env: { alerterUrl: string | null }; paths: { run: string } }): IntakeAddress =>
  kit.env.alerterUrl === null ? { socket: socketPath(kit.paths.run, intakeSocket) } : { url: kit.env.alerterUrl };

/** The way to the alerter that needs no Redis. */
export interface AlerterIntake {
  /**
   * Hands alert events over, in order. Resolves when all of them are on the alerter's disk; after an error any number of them may be,
   * so they are sent again, which their ids make harmless.
   * @throws OpsError INTAKE_UNAVAILABLE
   */
  post(events: readonly AlertEvent[]): Promise<void>;
}

/** The alerter answers when its disk has the events; a disk that needs longer than this takes no more of them. */
const answerLimitMs = 5_000;
const answerMaxChars = 4_096;

/** A client of the alerter's own door. Holds no connection: it is for the time without Redis. */
export function createAlerterIntake(address: IntakeAddress): AlerterIntake {
  return {
    post: async (events) => {
      for (let at = 0; at < events.length; at += intakeEventsMax) {
        await postSome(address, events.slice(at, at + intakeEventsMax));
      }
    },
  };
}

async function postSome(address: IntakeAddress, events: readonly AlertEvent[]): Promise<void> {
  try {
    const { status, body } = await postJson(address, JSON.stringify(events));
    if (status !== 200) throw new Error(`it answered ${status}: ${detailOf(body)}`);
  } catch (error) {
    throw new OpsError('INTAKE_UNAVAILABLE', `the alerter did not take ${events.length} alert events`, {
      cause: error,
    });
  }
}

function postJson(address: IntakeAddress, text: string): Promise<{ status: number; body: string }> {
  const body = Buffer.from(text);
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const options = { method: 'POST', headers, signal: AbortSignal.timeout(answerLimitMs) };
  return new Promise((resolve, reject) => {
    const sent =
      'socket' in address
        ? request({ ...options, socketPath: address.socket, path: intakePath, agent: false })
        : request(new URL(intakePath, address.url), { ...options, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      readText(response).then((read) => resolve({ status: response.statusCode ?? 0, body: read }), reject);
    });
    sent.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    if (text.length < answerMaxChars) text += String(chunk);
  }
  return text.slice(0, answerMaxChars);
}

function detailOf(body: string): string {
  try {
    const problem: unknown = JSON.parse(body);
    return typeof problem === 'object' && problem !== null && 'detail' in problem ? String(problem.detail) : body;
  } catch {
    // Not ours: whatever else listens there is quoted as it is.
    return body;
  }
}
