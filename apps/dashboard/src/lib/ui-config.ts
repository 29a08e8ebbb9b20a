import { z } from 'zod';

/** `GET /api/ui-config`: what the page must know before it can show a time or a name. */
export const UiConfig = z.object({
  timezone: z.string(),
  locale: z.enum(['ja', 'en']),
  displayName: z.string(),
  primary: z.string(),
  version: z.string(),
  /** Panels without a source, each with the configuration key that would give it one. */
  notConfigured: z.array(z.object({ panel: z.string(), key: z.string() })),
});
export type UiConfig = z.infer<typeof UiConfig>;
