import { readSecret, secretName } from '@yoban/shared/config/secrets';
import { pingFiles, readListening, readPingRecord } from '@yoban/shared/pings/ping-files';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { judgeHeartbeat } from './core/judge-heartbeat.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { unknown } from './verdict.ts';

/** A job that reports by itself at /ping/<token> has done so in time and well; read from the files that health-api writes. */
export function createHeartbeatProbe(
  { token: ref, period, grace, timeout }: ProbeConfigOf<'heartbeat'>,
  around: ProbeAround,
): PolicyProbe {
  const files = pingFiles(around.home);
  return {
    look: framedLook({ timeoutMs: timeout, now: around.now }, () => {
      const token = readSecret(ref, around.env);
      if (!token) return unknown(`${secretName(ref)} is not set`);
      const record = readPingRecord(files.recordOf(token));
      const listening = readListening(files.listening);
      return judgeHeartbeat({ record, listening, periodMs: period, graceMs: grace }, around.now());
    }),
    close: () => undefined,
  };
}
