import type { FastifyInstance } from 'fastify';

/** JSON bodies as usual, but an empty one is none: clients name the type also where they have nothing to send (DELETE). */
export function registerJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null, undefined) : parse(request, String(body), done),
  );
}
