import { setTimeout as sleep } from 'node:timers/promises';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import type { ActionConfigOf } from '@yoban/shared/policy/action-config';
import type { Supervisor } from '../supervisors/supervisor.ts';
import type { ActionAround } from './action.ts';
import type { Deed } from './deed.ts';
import { within } from './within.ts';

type Config = ActionConfigOf<'supervisor'>;

/** One operation of a supervisor, for the service itself, another declared one, or all of the same supervisor one after another. */
export async function superviseService(config: Config, around: ActionAround, signal: AbortSignal): Promise<Deed> {
  if (config.delayBefore > 0) {
    const waited = await pause(config.delayBefore, signal);
    if (!waited) return { ok: false, detail: 'broken off' };
  }
  return within(operate(config, around, signal), config.timeout, signal);
}

async function operate({ op, target }: Config, around: ActionAround, signal: AbortSignal): Promise<Deed> {
  const done: string[] = [];
  const failed: string[] = [];
  for (const [service, supervisor] of targetsOf(target, around)) {
    // The one that is under way is ended by its supervisor; the next is not begun.
    if (signal.aborted) break;
    try {
      await operations[op](supervisor);
      done.push(service);
    } catch (thrown) {
      failed.push(`${service}: ${asOpsError(thrown).message}`);
    }
  }
  if (failed.length > 0) return { ok: false, detail: failed.join('; ') };
  return { ok: true, detail: `${op} of ${done.join(', ')} done` };
}

const operations: Record<Config['op'], (supervisor: Supervisor) => Promise<void>> = {
  start: (supervisor) => supervisor.start(),
  stop: (supervisor) => supervisor.stop(),
  restart: (supervisor) => supervisor.restart(),
  reload: (supervisor) => supervisor.reload(),
  reset_failed: (supervisor) => supervisor.resetFailed(),
  resurrect: (supervisor) => supervisor.resurrect(),
  recreate: (supervisor) => supervisor.recreate(),
};

/** @throws OpsError SERVICE_UNKNOWN */
function targetsOf(target: string | undefined, around: ActionAround): [string, Supervisor][] {
  const names = target === 'all' ? around.peers : [target ?? around.service];
  return names.map((name) => {
    const supervisor = name === around.service ? around.supervisor : around.supervisorOf(name);
    if (supervisor) return [name, supervisor];
    throw new OpsError('SERVICE_UNKNOWN', `no service ${name} is declared`);
  });
}

async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}
