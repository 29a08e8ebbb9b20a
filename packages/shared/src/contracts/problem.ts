import { z } from 'zod';

/** RFC 9457 body of every refused HTTP request. `code` is from the error catalog. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
  /** Which fields of the request are wrong and why. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
