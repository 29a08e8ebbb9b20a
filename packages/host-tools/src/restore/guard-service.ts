import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceConfig } from '@yoban/shared/config/kit-config';
import { isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { announceMaintenance, endMaintenance } from '@yoban/shared/maintenance';
import { checkLiveIntegrity } from '@yoban/sqlite-tools/check-live-integrity';
import type { GuardedService } from '@yoban/sqlite-tools/restore';
import { createHttpProbe } from '../probes/http.ts';
import type { Supervisor } from '../supervisors/supervisor.ts';
import { isSameProcess, type ProcessIdentity, processIdentity } from './process-identity.ts';

export interface GuardOptions {
  name: string;
  config: ServiceConfig;
  supervisor: Supervisor;
  dbPath: string;
  /** Where and in whose name the stop is announced as maintenance; null where whoever stops it is the one who watches it. */
  announce: { runDir: string; actor: string } | null;
  now: () => number;
}

export interface ServiceGuard extends GuardedService {
  pidBefore: number | null;
  pidAfter(): Promise<number | null>;
  /** Takes the announcement back, however the restore ended. */
  end(): void;
}

const healthLimitMs = MINUTE;
const lookEveryMs = 200;
const askLimitMs = 2 * SECOND;
/** Longer than any restore takes; it ends by itself should this process die. */
const maintenanceMs = 15 * MINUTE;

/** The guarded service as a restore sees it: its stop can be announced, so that nobody is called for it; its health is a new process. */
export function guardService(options: GuardOptions, before: ProcessIdentity | null): ServiceGuard {
  const { name, config, supervisor, dbPath, announce, now } = options;
  return {
    pidBefore: before?.pid ?? null,
    pidAfter: async () => (await processIdentity(supervisor))?.pid ?? null,
    stop: async () => {
      if (announce) {
        const times = { since: isoTime(now()), until: isoTime(now() + maintenanceMs) };
        announceMaintenance(announce.runDir, { service: name, reason: 'restore', actor: announce.actor, ...times });
      }
      await supervisor.stop();
    },
    start: () => supervisor.start(),
    end: () => {
      if (announce) endMaintenance(announce.runDir, name);
    },
    waitHealthy: async () => {
      const answer = await waitForAnswer(config.health?.url, async () => {
        const running = await processIdentity(supervisor);
        return running !== null && !isSameProcess(running, before);
      });
      if (answer !== null) return { healthy: false, detail: answer };
      const integrity = await checkLiveIntegrity(dbPath);
      if (integrity.state === 'ok') return { healthy: true, detail: 'ok' };
      return { healthy: false, detail: `database ${integrity.state}: ${integrity.detail}` };
    },
  };
}

/** Null once a new process answers 200 (or runs, where it has no address); else why not, at the limit. */
async function waitForAnswer(url: string | undefined, isNew: () => Promise<boolean>): Promise<string | null> {
  const probe = url === undefined ? null : createHttpProbe({ url, timeoutMs: askLimitMs });
  const deadline = performance.now() + healthLimitMs;
  let why = 'no new process';
  try {
    while (performance.now() < deadline) {
      if (await isNew()) {
        if (!probe) return null;
        const seen = await probe.look();
        if (seen.outcome === 'answered' && seen.status === 200) return null;
        why = seen.outcome === 'answered' ? `answers ${seen.status}` : seen.detail;
      }
      await sleep(lookEveryMs);
    }
    return why;
  } finally {
    probe?.close();
  }
}
