import { z } from 'zod';

/** What the digests of a channel share: the newest of them, so that each waits for the one before it. */
export const ChannelState = z.strictObject({ tail: z.string().nullable(), seq: z.int().nonnegative() });
export type ChannelState = z.infer<typeof ChannelState>;

export const newChannel: ChannelState = { tail: null, seq: 0 };
