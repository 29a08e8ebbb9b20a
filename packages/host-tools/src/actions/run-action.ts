import { asOpsError } from '@yoban/shared/errors';
import type { ActionConfig } from '@yoban/shared/policy/action-config';
import { redactorOf } from '@yoban/shared/redact';
import type { ActionAround, ActionOutcome } from './action.ts';
import { clearTemp } from './clear-temp.ts';
import type { Deed } from './deed.ts';
import { exec } from './exec.ts';
import { refreshObs } from './obs-refresh.ts';
import { probeNow } from './probe-now.ts';
import { restoreSqlite } from './restore-sqlite.ts';
import { rotateLogs } from './rotate-logs.ts';
import { superviseService } from './supervise-service.ts';
import { waitSome } from './wait-some.ts';

/** Characters: of text without many letters beyond ASCII, as many bytes. */
const outputMax = 64 * 1024;
const detailMax = 500;

/**
 * Does what is declared under `name`, within its own time limit, sooner when the signal fires. Never rejects: what went wrong is in
 * the outcome, with secrets taken out.
 */
export async function runAction(
  name: string,
  config: ActionConfig,
  around: ActionAround,
  signal: AbortSignal,
): Promise<ActionOutcome> {
  const log = around.log.child({ service: around.service, action: name, kind: config.kind });
  const began = performance.now();
  log.info({ event: 'action.started' });
  const deed = await doneOrWhyNot(config, around, signal);
  const clean = redactorOf(around.env);
  const outcome: ActionOutcome = {
    ok: deed.ok,
    timedOut: deed.timedOut ?? false,
    exitCode: deed.exitCode ?? null,
    durationMs: Math.round(performance.now() - began),
    detail: clean(deed.detail).replace(/\s+/g, ' ').trim().slice(0, detailMax),
    output: clean(deed.output ?? '').slice(-outputMax),
  };
  const { ok, timedOut, exitCode, durationMs, detail } = outcome;
  log[ok ? 'info' : 'warn']({ event: 'action.ended', ok, timedOut, exitCode, durationMs, detail });
  return outcome;
}

async function doneOrWhyNot(config: ActionConfig, around: ActionAround, signal: AbortSignal): Promise<Deed> {
  if (signal.aborted) return { ok: false, detail: 'broken off before it began' };
  try {
    return await perform(config, around, signal);
  } catch (thrown) {
    const { code, message } = asOpsError(thrown);
    if (code === 'UNEXPECTED') around.log.error({ event: 'action.defect', err: thrown });
    return { ok: false, detail: message };
  }
}

function perform(config: ActionConfig, around: ActionAround, signal: AbortSignal): Promise<Deed> {
  switch (config.kind) {
    case 'supervisor':
      return superviseService(config, around, signal);
    case 'exec':
      return exec(config, around, signal);
    case 'wait':
      return waitSome(config, signal);
    case 'probe':
      return probeNow(config, around, signal);
    case 'restore_sqlite':
      return restoreSqlite(config, around, signal);
    case 'rotate_logs':
      return rotateLogs(config, around, signal);
    case 'clear_temp':
      return clearTemp(config, around, signal);
    case 'obs_refresh':
      return refreshObs(config, around, signal);
    default:
      return config satisfies never;
  }
}
