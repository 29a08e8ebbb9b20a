import { existsSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { asOpsError } from '@yoban/shared/errors';
import type { ActionConfigOf } from '@yoban/shared/policy/action-config';
import { findLogs } from '../rotation/find-logs.ts';
import { packLog } from '../rotation/pack-log.ts';
import { rotateLog } from '../rotation/rotate-log.ts';
import { planRotation } from '../rotation/rotated-names.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { ActionAround } from './action.ts';
import type { Deed } from './deed.ts';

/**
 * Rotates the logs that have reached a size, packs older ones and keeps the newest `keep`, without losing a line while they are written:
 * see rotateLog for how. A log that cannot be rotated safely is left as it is, and said.
 */
export async function rotateLogs(
  config: ActionConfigOf<'rotate_logs'>,
  around: Pick<ActionAround, 'baseDir' | 'supervisor' | 'now' | 'log' | 'service'>,
  outer: AbortSignal,
): Promise<Deed> {
  const limit = AbortSignal.timeout(config.timeout);
  const signal = AbortSignal.any([limit, outer]);
  const reopened = await reopenedFiles(around.supervisor);
  const done: string[] = [];
  const failed: string[] = [];
  for (const file of findLogs(config.paths, around.baseDir)) {
    if (signal.aborted) break;
    try {
      const { size } = statSync(file);
      if (size > 0 && size >= config.minSize) {
        const reopen = reopened.has(realpathSync(file)) ? (around.supervisor.reopenLogs ?? null) : null;
        const rotated = await rotateLog(file, around.now(), reopen);
        around.log.info({ event: 'log.rotated', service: around.service, file, ...rotated });
        done.push(`${path.basename(file)} ${rotated.how} (${mb(rotated.bytes)} MB${pause(rotated.pausedMs)})`);
      }
      await tidy(file, config.keep, signal);
    } catch (thrown) {
      failed.push(`${path.basename(file)}: ${asOpsError(thrown).message}`);
    }
  }
  const ended = signal.aborted ? ['not all was looked at'] : [];
  const detail = [...done, ...failed, ...ended].join('; ') || 'no log has reached its size';
  return { ok: failed.length === 0 && !signal.aborted, timedOut: limit.aborted, detail };
}

/** The files that the supervisor writes itself and opens anew when it is asked to. */
async function reopenedFiles(supervisor: Supervisor): Promise<ReadonlySet<string>> {
  if (!supervisor.reopenLogs) return new Set();
  try {
    const { out, error } = await supervisor.logFiles();
    return new Set([out, error].flatMap((file) => (file !== null && existsSync(file) ? [realpathSync(file)] : [])));
  } catch {
    // It cannot be asked now, and does not have to: what it writes is then rotated as any other file.
    return new Set();
  }
}

async function tidy(log: string, keep: number, signal: AbortSignal): Promise<void> {
  const folder = path.dirname(log);
  const { drop, pack } = planRotation(path.basename(log), readdirSync(folder), keep);
  for (const name of drop) rmSync(path.join(folder, name), { force: true });
  for (const name of pack) if (!signal.aborted) await packLog(path.join(folder, name));
}

const mb = (bytes: number): number => Math.round(bytes / 104_857.6) / 10;
const pause = (ms: number): string => (ms > 0 ? `, its writers stood still for ${ms} ms` : '');
