import { z } from 'zod';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { askWatchdog } from '../watchdog/ask-watchdog.ts';
import { isWell, PolicySummary, printPolicy } from '../watchdog/policy-summary.ts';

const NeverRan = z.object({ service: z.string(), neverRan: z.literal(true) });
const Status = z.object({ services: z.array(z.union([NeverRan, PolicySummary])) });

/** `watchdog status`: 1 while a fault stands. What it says is what the watchdog has on its disk, so it also speaks of one that is away. */
export const watchdogStatus: RunCommand = async (context, given) => {
  const { out, words } = context;
  const { services } = await askWatchdog(context, given, { do: 'status' }, Status);
  out.result({ services }, () => {
    if (services.length === 0) out.line(words.watchdog.none);
    for (const one of services) {
      if ('neverRan' in one) out.line(words.watchdog.neverRan(one.service));
      else printPolicy(context, one);
    }
  });
  return services.every((one) => 'neverRan' in one || isWell(one)) ? exitCodes.fine : exitCodes.foundProblem;
};
