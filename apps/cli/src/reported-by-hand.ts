import { randomUUID } from 'node:crypto';
import { type ProbeReading, RecoveryReport } from '@yoban/host-tools/reports/recovery-report';
import { writeRecoveryReport } from '@yoban/host-tools/reports/write-recovery-report';
import type { Supervisor } from '@yoban/host-tools/supervisors/supervisor';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import { redactorOf } from '@yoban/shared/redact';
import type { CommandContext } from './command.ts';

export interface HandAction<T> {
  action: 'restart' | 'restore';
  service: string;
  /** Null where nobody supervises it. */
  supervisor: Supervisor | null;
  /** One line about what was done, and whether it is well now. */
  describe: (value: T) => { ok: boolean; detail: string };
}

const words = {
  en: { written: (file: string) => `Report: ${file}`, not: (why: string) => `the report could not be written: ${why}` },
  ja: { written: (file: string) => `レポート: ${file}`, not: (why: string) => `レポートを書き込めません: ${why}` },
};

/**
 * Does `work` and writes a report of it (P7), also where it fails. A report that cannot be written is only said on stderr: on a full
 * disk what is done here may be the way out.
 */
export async function reportedByHand<T>(
  context: CommandContext,
  { action, service, supervisor, describe }: HandAction<T>,
  work: () => Promise<T>,
): Promise<T> {
  const { now } = context.io;
  const detectedAt = now();
  const before = await readingsOf(supervisor);
  const write = async (ok: boolean, detail: string) => {
    const durationMs = Math.max(0, now() - detectedAt);
    const startedAt = isoTime(detectedAt);
    const done = {
      name: action,
      startedAt,
      attempt: null,
      attemptMax: null,
      ok,
      exitCode: null,
      durationMs,
      by: 'operator',
    };
    await writeReport(context, {
      ...{ version: 1, id: randomUUID(), service, fault: 'by-hand', evidence: [], phases: [], durationMs },
      trigger: { kind: 'operator', by: 'operator', cause: `yoban ${action}`, lastError: null },
      ...{ detectedAt: startedAt, endedAt: isoTime(now()), result: ok ? 'recovered' : 'not-recovered' },
      recoveredBy: ok ? 'operator' : null,
      actions: [{ ...done, detail: redactorOf(context.io.env)(detail).slice(0, 500) }],
      ...{ before, after: await readingsOf(supervisor) },
    });
  };
  try {
    const value = await work();
    const { ok, detail } = describe(value);
    await write(ok, detail);
    return value;
  } catch (error) {
    await write(false, asOpsError(error).message);
    throw error;
  }
}

async function writeReport({ out, lang, found }: CommandContext, report: RecoveryReport): Promise<void> {
  const { kit } = found();
  const style = { reportsDir: kit.paths.reports, zone: kit.config.timezone, lang };
  try {
    out.note(words[lang].written(await writeRecoveryReport(RecoveryReport.parse(report), style)));
  } catch (error) {
    out.note(words[lang].not(asOpsError(error).message));
  }
}

async function readingsOf(supervisor: Supervisor | null): Promise<ProbeReading[]> {
  if (supervisor === null || supervisor.kind === 'none') return [];
  try {
    const { state, pid } = await supervisor.describe();
    const isUp = state === 'online' || state === 'launching';
    return [{ probe: supervisor.kind, state: isUp ? 'passes' : 'fails', detail: `${state}, pid ${pid ?? '-'}` }];
  } catch (error) {
    return [{ probe: supervisor.kind, state: 'unknown', detail: asOpsError(error).message }];
  }
}
