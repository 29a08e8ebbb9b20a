import { type OutgoingHttpHeaders, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Problem } from '@yoban/shared/contracts/problem';
import type { ErrorCode } from '@yoban/shared/error-catalog';

export const problemType = 'application/problem+json; charset=utf-8';

export interface ProblemParts {
  status: number;
  code: ErrorCode;
  detail: string;
  hint: string;
  retryable: boolean;
}

/** RFC 9457 body of a refusal or a failure. */
export const problemText = ({ status, code, detail, hint, retryable }: ProblemParts): string =>
  JSON.stringify({
    type: `urn:yoban:error:${code.toLowerCase()}`,
    title: STATUS_CODES[status] ?? code,
    ...{ status, code, detail, hint, retryable },
  } satisfies Problem);

const readme = 'apps/socket-proxy/README.md lists what passes.';

export const forbidden = (detail: string): ProblemParts => ({
  ...{ status: 403, code: 'FORBIDDEN', detail, retryable: false },
  hint: `The socket proxy lets through the start, stop, restart and state of labelled containers alone; ${readme}`,
});

export function sendProblem(response: ServerResponse, problem: ProblemParts): void {
  if (response.headersSent) return void response.destroy();
  sendBody(response, problem.status, { 'content-type': problemType }, problemText(problem));
}

export function sendBody(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body: string): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
