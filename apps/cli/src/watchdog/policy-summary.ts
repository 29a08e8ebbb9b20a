import { z } from 'zod';
import { agoText, spanText } from '../age-text.ts';
import type { CommandContext } from '../command.ts';

/** What the watchdog's program says of one policy. Times are epoch ms. */
export const PolicySummary = z.object({
  ...{ service: z.string(), mode: z.string(), asOf: z.number(), held: z.string().nullable() },
  faults: z.array(
    z.object({
      ...{ fault: z.string(), state: z.string(), incidentId: z.string().nullable(), since: z.number().nullable() },
      ...{ until: z.number().nullable(), tried: z.array(z.string()), told: z.array(z.string()) },
    }),
  ),
  probes: z.array(
    z.object({
      ...{ probe: z.string(), standing: z.string(), detail: z.string().nullable(), seenAt: z.number().nullable() },
    }),
  ),
  budgets: z.array(
    z.object({
      ...{ budget: z.string(), used: z.number(), max: z.number(), windowMs: z.number() },
      freeAt: z.number().nullable(),
    }),
  ),
  kick: z.string().nullable(),
});
export type PolicySummary = z.infer<typeof PolicySummary>;

export const isWell = ({ faults }: PolicySummary): boolean => faults.every(({ since }) => since === null);

/** Prints one policy: why it is held back, its faults, its probes, its budgets. */
export function printPolicy({ io, out, words }: CommandContext, summary: PolicySummary): void {
  const now = io.now();
  const ago = (at: number | null) => (at === null ? null : agoText(at, now, words));
  const until = (at: number | null) => (at === null || at <= now ? null : spanText(at - now, words));
  const { service, mode, asOf, held, kick } = summary;
  out.line(words.watchdog.service(service, mode, agoText(asOf, now, words)));
  if (held !== null) out.line(words.watchdog.held(held));
  if (kick !== null) out.line(words.watchdog.kick(kick));
  const since = (at: number | null) => (at === null ? null : spanText(Math.max(0, now - at), words));
  out.table(
    words.watchdog.faults,
    summary.faults.map((one) => [
      ...[one.fault, one.state, since(one.since), until(one.until)],
      ...[one.tried.join(', ') || null, one.told.join(', ') || null],
    ]),
  );
  out.table(
    words.watchdog.probes,
    summary.probes.map(({ probe, standing, seenAt, detail }) => [probe, standing, ago(seenAt), detail]),
  );
  if (summary.budgets.length === 0) return;
  out.table(
    words.watchdog.budgets,
    summary.budgets.map(({ budget, used, max, windowMs, freeAt }) => [
      ...[budget, used, max, spanText(windowMs, words), until(freeAt)],
    ]),
  );
}
