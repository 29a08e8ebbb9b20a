import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { invalidRequest } from '../plugins/error-handler.ts';

/** Parses the query of a request. Throws OpsError REQUEST_INVALID naming the fields. */
export function parseQuery<S extends z.ZodType>(request: FastifyRequest, schema: S): z.infer<S> {
  const parsed = schema.safeParse(request.query);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}

/** A parameter that may stand once, several times or not at all. */
export const severalTexts = z.union([z.array(z.string()), z.string().transform((one) => [one])]).default([]);
