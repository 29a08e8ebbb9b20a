import { z } from 'zod';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { askWatchdog } from '../watchdog/ask-watchdog.ts';
import { isWell, PolicySummary, printPolicy } from '../watchdog/policy-summary.ts';

const Once = z.object({
  services: z.array(PolicySummary),
  steps: z.array(
    z.object({ service: z.string(), fault: z.string().nullable(), reason: z.string(), detail: z.string() }),
  ),
  settled: z.boolean(),
});

/** `watchdog run-once [--dry-run]`: one round of looks and repairs; 1 when a fault stands at its end. */
export const watchdogRunOnce: RunCommand = async (context, given) => {
  const { out, words } = context;
  const once = await askWatchdog(context, given, { do: 'run-once' }, Once);
  const well = once.services.every(isWell);
  out.result(once, () => {
    if (once.services.length === 0) out.line(words.watchdog.none);
    for (const { service, fault, reason, detail } of once.steps)
      out.line([service, fault, reason, detail].filter(Boolean).join(' '));
    for (const one of once.services) printPolicy(context, one);
    if (!once.settled) out.line(words.watchdog.unsettled);
    else if (well && once.services.length > 0) out.line(words.watchdog.wellDone);
  });
  return well && once.settled ? exitCodes.fine : exitCodes.foundProblem;
};
