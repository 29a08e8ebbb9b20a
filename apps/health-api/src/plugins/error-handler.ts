import { STATUS_CODES } from 'node:http';
import type { Problem } from '@yoban/shared/contracts/problem';
import { errorCatalog } from '@yoban/shared/error-catalog';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';

export type FieldError = NonNullable<Problem['errors']>[number];

/** Every refusal is `application/problem+json` (RFC 9457); the log has the whole of an unexpected one, the client none of it. */
export function registerErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendProblem(reply, loggedError(error, request)));
}

/** The error as it is answered; one that is ours is in the log with all of it. */
export function loggedError(error: unknown, request: FastifyRequest): OpsError {
  const ops = toOpsError(error);
  if (errorCatalog[ops.code].http >= 500)
    request.log.error({ event: 'http.failed', code: ops.code, route: request.routeOptions.url, err: error });
  return ops;
}

/** What is away now is asked again after this. */
const retryAfterS = 5;

export function sendProblem(reply: FastifyReply, error: OpsError): FastifyReply {
  const { http: status } = errorCatalog[error.code];
  const { errors } = error.fields;
  const problem: Problem = {
    type: `urn:yoban:error:${error.code.toLowerCase()}`,
    title: STATUS_CODES[status] ?? error.code,
    status,
    code: error.code,
    detail: error.code === 'UNEXPECTED' ? 'An unexpected error; the log of health-api tells more.' : error.message,
    hint: error.hint,
    retryable: error.retryable,
    ...(Array.isArray(errors) && { errors: errors as FieldError[] }),
  };
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="yoban"');
  if (status === 503) void reply.header('retry-after', retryAfterS);
  return reply.code(status).type('application/problem+json; charset=utf-8').send(JSON.stringify(problem));
}

const badUrl = 'Check the address: a % in it has to begin an escape such as %20.';
const badJson = 'Send a body of well-formed JSON.';

/** Fastify's own refusals by their code; anything else without a catalog entry is unexpected. */
export function toOpsError(error: unknown): OpsError {
  if (error instanceof OpsError) return error;
  if (error instanceof ZodError) return invalidRequest(error);
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  const message = error instanceof Error ? error.message : String(error);
  if (status === 413) return new OpsError('PAYLOAD_TOO_LARGE', message);
  if (status === 429) return new OpsError('TOO_MANY_REQUESTS', message);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // The message of a bad address repeats its query, which may carry a key.
  if (code === 'FST_ERR_BAD_URL')
    return new OpsError('REQUEST_INVALID', 'the address cannot be decoded', { hint: badUrl });
  if (status === 415) return new OpsError('UNSUPPORTED_MEDIA_TYPE', message);
  if (code.includes('JSON_BODY')) return new OpsError('REQUEST_INVALID', message, { hint: badJson });
  if (status === 404) return new OpsError('NOT_FOUND', message);
  if (status >= 400 && status < 500)
    return new OpsError('REQUEST_INVALID', message, { hint: 'Mend the request as the detail says.' });
  return new OpsError('UNEXPECTED', message, { cause: error });
}

/** Names every wrong field and why. */
export function invalidRequest(error: ZodError): OpsError {
  const errors: FieldError[] = error.issues.slice(0, 20).map((issue) => ({
    path: [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys : [])].join('.'),
    message: issue.code === 'unrecognized_keys' ? 'unknown field' : issue.message,
  }));
  const names = errors.map((one) => one.path || '(body)').join(', ');
  return new OpsError('REQUEST_INVALID', `wrong: ${names}`, { fields: { errors } });
}
