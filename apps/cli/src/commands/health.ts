import { createHttpProbe } from '@yoban/host-tools/probes/http';
import { SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';
import { z } from 'zod';
import { spanText } from '../age-text.ts';
import type { CommandContext, RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

const timeoutMs = 10 * SECOND;
const maxBytes = 4 * 1024 * 1024;

/** As much of the report as is printed: an older or newer kit may answer, and what it adds must not make us fail. */
const Report = z.looseObject({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  timestamp: z.string(),
  uptime_seconds: z.number(),
  checks: z.record(z.string(), z.unknown()),
  reasons: z.array(z.looseObject({ code: z.string(), check: z.string(), value: z.number().nullish() })).default([]),
});
type Report = z.infer<typeof Report>;

const Check = z.object({ status: z.string(), stale: z.boolean().optional(), configured: z.boolean().optional() });

/** `health`: what /api/health says; 1 unless it says healthy. */
export const health: RunCommand = async (context) => {
  const { out } = context;
  const report = await ask(context);
  out.result(report, () => print(report, context));
  return report.status === 'healthy' ? exitCodes.fine : exitCodes.foundProblem;
};

async function ask({ io, words, found }: CommandContext): Promise<Report> {
  const { kit, file } = found();
  const url = kit.env.healthUrl;
  const { host } = new URL(url);
  const probe = createHttpProbe({ url, timeoutMs, bodyMaxBytes: maxBytes });
  try {
    const seen = await probe.look(io.signal);
    if (seen.outcome === 'failed') {
      const code = file ? 'KIT_DOWN' : 'KIT_NOT_RUNNING';
      throw new OpsError(code, words.health.noAnswer(host, seen.detail), { fields: { healthUrl: url } });
    }
    const report = Report.safeParse(parseJson(seen.body));
    if (report.success) return report.data;
    throw new OpsError('KIT_DOWN', words.health.oddAnswer(host, seen.status), { hint: words.health.oddHint });
  } finally {
    probe.close();
  }
}

/** Undefined for a body that is not JSON: the schema then refuses it in its own words. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function print(report: Report, { out, words, found }: CommandContext): void {
  const zone = found().kit.displayZone;
  const at = Date.parse(report.timestamp);
  out.line(words.health.status(report.status.toUpperCase(), `${zoneDateTime(at, zone)} ${zoneName(at, zone)}`));
  out.line(words.health.uptime(spanText(report.uptime_seconds * SECOND, words)));
  const rows = Object.entries(report.checks).flatMap(([name, value]) => rowsOf(name, value, words));
  out.table(words.health.head, rows);
  if (report.reasons.length === 0) return;
  out.line(words.health.reasons);
  for (const { code, check, value } of report.reasons) {
    out.line(`  ${check}: ${code}${value === null || value === undefined ? '' : ` (${value})`}`);
  }
}

/** A check, or a group of them such as the platforms. */
function rowsOf(name: string, value: unknown, words: CommandContext['words']): string[][] {
  const check = Check.safeParse(value);
  if (check.success) {
    const { status, stale, configured } = check.data;
    const note = configured === false ? words.health.notConfigured : stale ? words.health.stale : '';
    return [[name, status, note]];
  }
  const group = z.record(z.string(), z.unknown()).safeParse(value);
  if (!group.success) return [];
  return Object.entries(group.data).flatMap(([part, inner]) => {
    const one = Check.safeParse(inner);
    return one.success ? rowsOf(`${name}.${part}`, inner, words) : [];
  });
}
