import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { askOnce } from './ask-once.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good, unknown } from './verdict.ts';

/** The supervisor itself lives and answers: pm2's daemon, the user's systemd, an engine, a parent. Looking never starts one. */
export function createSupervisorDaemonProbe(
  { timeout }: ProbeConfigOf<'supervisor_daemon'>,
  { supervisor, now }: ProbeAround,
): PolicyProbe {
  const ask = askOnce(() => supervisor.daemon());
  const late = (limit: string) => bad(`${supervisor.kind} does not answer within ${limit}`);
  return {
    look: framedLook({ timeoutMs: timeout, now, late }, async () => {
      const { state, detail } = await ask();
      if (state === 'unknown') return unknown(detail);
      return state === 'up' ? good(detail) : bad(detail);
    }),
    close: () => undefined,
  };
}
