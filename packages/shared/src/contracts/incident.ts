import { z } from 'zod';
import { IsoTime } from './time.ts';

/** A fault of a service from its detection to its end. Belongs to the watchdog; an alert is what people were told of it. */
export const Incident = z.strictObject({
  id: z.string(),
  service: z.string(),
  fault: z.string(),
  detectedAt: IsoTime,
  alertedAt: IsoTime.nullable(),
  recoveredAt: IsoTime.nullable(),
  cause: z.string(),
  lastError: z.string().nullable(),
  /** Who ended it, e.g. `supervisor`, `operator`, `by-itself`; null while open. */
  recoveredBy: z.string().nullable(),
});
export type Incident = z.infer<typeof Incident>;
