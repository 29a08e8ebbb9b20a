import { Silence, SilenceMatcher } from '@yoban/shared/contracts/silence';
import { isoTime } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import { matchesAll } from './alertmanager/label-filter.ts';
import { AnyTime } from './any-time.ts';
import { wrongField } from './wrong-field.ts';

/** What a silence is asked for with. Without a start it begins at once; it always has an end. */
export const SilenceRequest = z.strictObject({
  matchers: z.array(SilenceMatcher).min(1).max(20),
  startsAt: AnyTime.nullish(),
  endsAt: AnyTime,
  createdBy: z.string().min(1).max(200),
  comment: z.string().max(1_000).default(''),
});
export type SilenceRequest = z.infer<typeof SilenceRequest>;

/**
 * The silence that is asked for. One that would begin in the past begins now, as in Alertmanager. `now` is epoch ms.
 * @throws OpsError REQUEST_INVALID
 */
export function silenceOf(request: SilenceRequest, id: string, now: number): Silence {
  const { matchers, createdBy, comment, endsAt } = request;
  if (matchers.every(matchesEmpty))
    throw wrongField('matchers', 'at least one must not match the empty text: all of it would be silenced');
  if (Date.parse(endsAt) <= now) throw wrongField('endsAt', "end time can't be in the past");
  const startsAt = isoTime(Math.max(Date.parse(request.startsAt ?? isoTime(now)), now));
  if (endsAt <= startsAt) throw wrongField('endsAt', 'a silence ends after it starts');
  return Silence.parse({ id, matchers, startsAt, endsAt, createdBy, comment });
}

/** `a!="b"` matches what has no `a`, but it is no slip to write it. */
const matchesEmpty = (matcher: SilenceMatcher): boolean => matcher.isEqual && matchesAll([matcher], {});
