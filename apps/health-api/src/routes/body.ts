import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { invalidRequest } from '../plugins/error-handler.ts';

/** Parses the body of a request; none is an empty one. Throws OpsError REQUEST_INVALID naming the fields. */
export function parseBody<S extends z.ZodType>(request: FastifyRequest, schema: S): z.infer<S> {
  const parsed = schema.safeParse(request.body ?? {});
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}
