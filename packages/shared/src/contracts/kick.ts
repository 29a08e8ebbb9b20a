import { z } from 'zod';
import { Name } from '../config/fields.ts';
import { PolicyId } from '../policy/policy-fields.ts';
import { IsoTime } from './time.ts';

/** Printable ASCII without blanks: it goes into logs, notices and the audit as it is. */
const source = z.string().regex(/^[\x21-\x7e]{1,100}$/, 'a source is at most 100 plain characters without blanks');

/**
 * Body of `POST /api/kicks` (W6): asks for a declared action of a service, which is the token's own where it is left out. `id` makes
 * a repeat harmless; left out, each request is another kick.
 */
export const KickRequest = z.strictObject({
  id: z.uuid().optional(),
  service: Name.optional(),
  action: PolicyId,
  source,
});
export type KickRequest = z.infer<typeof KickRequest>;

/** Job of queue `kick`: one that was allowed. `source` says who asked, e.g. `cli` or `line:U1234`. */
export const Kick = z.strictObject({
  id: z.uuid(),
  service: Name,
  action: PolicyId,
  source,
  via: z.enum(['http', 'file']),
  at: IsoTime,
});
export type Kick = z.infer<typeof Kick>;

/** The one-slot file: a kick, and an HMAC-SHA256 over it (hex) by which its writer shows that it knows the token. */
export const KickSlotContent = z.strictObject({ kick: Kick, proof: z.string().regex(/^[0-9a-f]{64}$/) });
export type KickSlotContent = z.infer<typeof KickSlotContent>;
