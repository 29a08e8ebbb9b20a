import { z } from 'zod';

/** An instant as ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const IsoTime = z.iso.datetime();
export type IsoTime = z.infer<typeof IsoTime>;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Milliseconds since the epoch to the wire form. */
export const isoTime = (epochMs: number): IsoTime => new Date(epochMs).toISOString();
