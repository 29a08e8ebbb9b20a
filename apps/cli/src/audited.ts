import path from 'node:path';
import { asOpsError } from '@yoban/shared/errors';
import { type AuditEntry, appendAudit, auditSql } from '@yoban/shared/facts/audit-log';
import { openStore } from '@yoban/shared/facts/open-store';
import type { CommandContext } from './command.ts';

/** Append-only, as everywhere: a step that has landed is never edited. */
const migrations = [auditSql];

export interface AuditedAction {
  action: 'restore' | 'restart' | 'kick';
  target: string;
  details?: Record<string, unknown>;
}

/**
 * Does `work` and records it in the audit of the command line (docs/adr/0007), with who asked and how it ended. A store that
 * cannot be written is only said on stderr: on a full disk a restore may be the way out.
 */
export async function audited<T>(
  context: CommandContext,
  what: AuditedAction,
  work: () => Promise<T>,
  resultOf: (value: T) => AuditEntry['result'] = () => 'ok',
): Promise<T> {
  try {
    const value = await work();
    record(context, what, resultOf(value));
    return value;
  } catch (error) {
    const { code } = asOpsError(error);
    record(context, { ...what, details: { ...what.details, code } }, 'failed');
    throw error;
  }
}

function record(
  { io, out, words, found }: CommandContext,
  { action, target, details }: AuditedAction,
  result: AuditEntry['result'],
): void {
  const uid = process.getuid?.() ?? null;
  const entry = { at: io.now(), actor: 'operator', action, target, result, details: { uid, ...details } };
  try {
    const db = openStore(path.join(found().kit.paths.state, 'cli.sqlite'), migrations);
    try {
      // Immediate: the row's hash covers the one before it, and another command may end at this moment.
      db.transaction(() => appendAudit(db, entry)).immediate();
    } finally {
      db.close();
    }
  } catch (error) {
    out.note(words.notAudited(asOpsError(error).message));
  }
}
