import { z } from 'zod';
import { Via } from './notice.ts';

/** How telling an event over one channel, past Redis, stands. Times are epoch ms. */
export const DirectTelling = z.strictObject({
  eventId: z.string(),
  channel: z.string(),
  /** Names the message, on every try. */
  nid: z.string(),
  /** Names the incident that it told of, as its record will once Redis is back. */
  epoch: z.int(),
  /** `trying` is noted before the first try: whoever finds only that cannot know whether it arrived. */
  state: z.enum(['trying', 'sent']),
  at: z.number(),
  /** Why it went to this channel, where that stands in for another one. */
  via: Via.optional(),
});
export type DirectTelling = z.infer<typeof DirectTelling>;
