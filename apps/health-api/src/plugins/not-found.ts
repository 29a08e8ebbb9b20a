import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import { sendProblem } from './error-handler.ts';

interface KnownRoute {
  method: string;
  url: string;
}

/** What no route takes: 405 with `Allow` where only the method is wrong (RFC 9110, 15.5.6), else 404. `routes` may still grow. */
export function registerNotFound(app: FastifyInstance, routes: readonly KnownRoute[]): void {
  // Without a limit, unknown addresses could be tried for as long as one likes.
  const preHandler = app.rateLimit({ max: 120, timeWindow: '1 minute' });
  app.setNotFoundHandler({ preHandler }, (request, reply) => {
    const path = pathOf(request.url);
    const allowed = routes.filter(({ url }) => matches(url, path)).map(({ method }) => method);
    // A route may take the request and then have no such file: the method is right there.
    if (allowed.length === 0 || allowed.includes(request.method))
      return sendProblem(reply, new OpsError('NOT_FOUND', `there is no ${request.method} ${path}`));
    const methods = [...new Set(allowed)].join(', ');
    void reply.header('allow', methods);
    const hint = `Use ${methods}.`;
    return sendProblem(reply, new OpsError('METHOD_NOT_ALLOWED', `${path} does not take ${request.method}`, { hint }));
  });
}

/** The query may carry a key; it must not come back in an answer. */
const pathOf = (url: string): string => url.split('?')[0] ?? url;

const segmentsOf = (path: string): string[] => path.replace(/\/$/, '').split('/');

/** True when `path` is one of the pattern `url`: `:name` stands for a segment, `*` for all that follows. */
function matches(url: string, path: string): boolean {
  const pattern = segmentsOf(url);
  const given = segmentsOf(path);
  const rest = pattern.indexOf('*');
  if (rest < 0 && pattern.length !== given.length) return false;
  if (rest >= 0 && given.length <= rest) return false;
  return pattern.slice(0, rest < 0 ? undefined : rest).every((part, at) => part.startsWith(':') || part === given[at]);
}
