import { isoTime } from '@yoban/shared/contracts/time';
import { z } from 'zod';

/** A time of RFC 3339 in any zone, as the time in UTC that we write. */
export const AnyTime = z.iso.datetime({ offset: true }).transform((text) => isoTime(Date.parse(text)));
