import { createHttpProbe } from '@yoban/host-tools/probes/http';
import { SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';
import { z } from 'zod';
import { spanText } from '../age-text.ts';
import type { CommandContext, RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { reasonWords } from '../words/reasons.ts';

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

/** The kit's own row has two states instead of one. */
const Kit = z.object({ bus: z.string(), store: z.string() });

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

function print(report: Report, { out, words, lang, found }: CommandContext): void {
  const zone = found().kit.displayZone;
  const at = Date.parse(report.timestamp);
  out.line(words.health.status(report.status.toUpperCase(), `${zoneDateTime(at, zone)} ${zoneName(at, zone)}`));
  out.line(words.health.uptime(spanText(report.uptime_seconds * SECOND, words)));
  const rows = Object.entries(report.checks).flatMap(([name, value]) => rowsOf(name, value, words));
  const noteOf = reasonNotes(report, rows, words, lang);
  const notes = rows.map(({ name, status, note }) => [
    name,
    status,
    [note, ...noteOf(name)].filter(Boolean).join('; '),
  ]);
  out.table(words.health.head, notes);
  if (report.reasons.length === 0) return;
  const recovering = isRecovering(report, rows) ? ` ${words.health.recovering}` : '';
  out.line(words.health.reasons);
  for (const { code, check, value } of report.reasons) {
    out.line(`  ${check}: ${code}${value === null || value === undefined ? '' : ` (${value})`}${recovering}`);
  }
}

interface Row {
  name: string;
  status: string;
  stale: boolean;
  note: string;
}

/** `database.game` is shown in the row `database`, `platforms.obs` and the others in their own. */
const rowOf = (check: string, rows: readonly Row[]): Row | undefined =>
  rows.find(({ name }) => name === check) ?? rows.find(({ name }) => name === check.split('.')[0]);

/** Every check is good again and the reasons are the last ones: the status rises only after a second good look. */
const isRecovering = ({ reasons }: Report, rows: readonly Row[]): boolean =>
  reasons.length > 0 &&
  reasons.every(({ check }) => {
    const row = rowOf(check, rows);
    return row?.status === 'ok' && !row.stale;
  });

function reasonNotes(
  report: Report,
  rows: readonly Row[],
  words: CommandContext['words'],
  lang: CommandContext['lang'],
): (name: string) => string[] {
  const after = isRecovering(report, rows) ? ` ${words.health.recovering}` : '';
  return (name) =>
    report.reasons
      .filter(({ check }) => rowOf(check, rows)?.name === name)
      .map(({ code }) => `${reasonWords(code, lang)}${after}`);
}

/** A check, or a group of them such as the platforms. */
function rowsOf(name: string, value: unknown, words: CommandContext['words']): Row[] {
  const check = Check.safeParse(value);
  if (check.success) {
    const { status, stale = false, configured } = check.data;
    const note = configured === false ? words.health.notConfigured : stale ? words.health.stale : '';
    return [{ name, status, stale, note }];
  }
  const kit = Kit.safeParse(value);
  if (kit.success) {
    const { bus, store } = kit.data;
    return [{ name, status: [bus, store].find((state) => state !== 'ok') ?? 'ok', stale: false, note: '' }];
  }
  const group = z.record(z.string(), z.unknown()).safeParse(value);
  if (!group.success) return [];
  return Object.entries(group.data).flatMap(([part, inner]) => {
    const one = Check.safeParse(inner);
    return one.success ? rowsOf(`${name}.${part}`, inner, words) : [];
  });
}
