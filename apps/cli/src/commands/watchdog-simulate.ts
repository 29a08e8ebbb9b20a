import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { spanText } from '../age-text.ts';
import type { RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { needed } from '../needed.ts';
import { askWatchdog } from '../watchdog/ask-watchdog.ts';

const Simulated = z.object({
  service: z.string(),
  mode: z.string(),
  untilMs: z.number(),
  lines: z.array(z.object({ at: z.number(), what: z.string(), fault: z.string().nullable(), detail: z.string() })),
});

/** `watchdog simulate FILE|SCENARIO`: what the policy would do, on virtual time; nothing is looked at and nothing is run. */
export const watchdogSimulate: RunCommand = async (context, given) => {
  const { io, out, words } = context;
  const named = needed(given.args[0], 'scenario', words);
  const file = path.resolve(io.cwd, named);
  const target = existsSync(file) ? file : named;
  const simulated = await askWatchdog(context, given, { do: 'simulate', target }, Simulated);
  const { service, mode, untilMs, lines } = simulated;
  out.result(simulated, () => {
    out.line(words.watchdog.simulated(service, mode, spanText(untilMs, words)));
    if (lines.length === 0) out.line(words.watchdog.nothing);
    else
      out.table(
        words.watchdog.lines,
        lines.map(({ at, what, fault, detail }) => [clock(at), what, fault, detail]),
      );
  });
  return exitCodes.fine;
};

/** `1:05:07.5` hours, minutes and seconds since the begin. */
function clock(ms: number): string {
  const whole = Math.floor(ms / 1_000);
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const [hours = 0, minutes = 0, seconds = 0] = parts;
  const tenths = Math.floor((ms % 1_000) / 100);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${hours}:${two(minutes)}:${two(seconds)}${tenths > 0 ? `.${tenths}` : ''}`;
}
