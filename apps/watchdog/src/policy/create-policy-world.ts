import path from 'node:path';
import type { ActionAround, ActionOutcome } from '@yoban/host-tools/actions/action';
import { runAction } from '@yoban/host-tools/actions/run-action';
import { collectEvidence } from '@yoban/host-tools/evidence/collect-evidence';
import { createPolicyProbe } from '@yoban/host-tools/policy-probes/create-policy-probe';
import type { PolicyProbe, ReportedMetric } from '@yoban/host-tools/policy-probes/policy-probe';
import type { Supervisor } from '@yoban/host-tools/supervisors/supervisor';
import { tryFileLock } from '@yoban/shared/file-lock';
import type { Log } from '@yoban/shared/logger';
import { deployAt, maintenanceAt } from '@yoban/shared/maintenance';
import type { YobanPaths } from '@yoban/shared/paths';
import type { FindingOf } from '../core/policy/policy-event.ts';
import type { ServicePolicy } from '../core/policy/policy-rules.ts';
import { isActing, tellsCritical } from '../core/policy/policy-work.ts';
import { openFaultsOf } from '../core/policy/step-probes.ts';
import type { FaultBoard } from '../fault-board.ts';
import type { Acted, PolicyWorld } from './policy-world.ts';
import { createProbeSights, type ProbeSights } from './probe-sights.ts';
import type { ReportedFigures } from './reported-figures.ts';

export interface WorldOptions {
  policy: ServicePolicy;
  supervisor: Supervisor;
  supervisorOf: (service: string) => Supervisor | null;
  /** What `target: all` means for this service. */
  peers: readonly string[];
  restore: (database: string, signal: AbortSignal) => Promise<ActionOutcome>;
  /** What services say of themselves. */
  reported: ReportedFigures['of'];
  paths: YobanPaths;
  baseDir: string;
  env: Readonly<Record<string, string | undefined>>;
  board: FaultBoard;
  /** Open faults of services with a policy, by service; this world keeps its own line. */
  openFaults: Map<string, readonly string[]>;
  log: Log;
}

/** The real machine around one service, as its policy may see and change it. */
export function createPolicyWorld(options: WorldOptions): PolicyWorld & { sights: ProbeSights } {
  const { policy, supervisor, paths, board, openFaults, baseDir, env, log } = options;
  const { service } = policy;
  const probes = createProbes(options);
  const around: ActionAround = {
    ...{ service, supervisor, supervisorOf: options.supervisorOf, peers: options.peers, restore: options.restore },
    ...{ home: paths.home, baseDir, env, log, now: Date.now, look: (name, signal) => probes.look(name, signal) },
  };
  const lockFile = path.join(paths.locks, `${service}.act.lock`);
  return {
    look: (name, signal) => probes.look(name, signal),
    act: async (name, signal) => {
      const config = policy.actions[name];
      if (config) return actedOf(await runAction(name, config, around, signal));
      return { outcome: 'failed', exitCode: null, durationMs: 0, detail: `no action ${name} is declared` };
    },
    takeEvidence: async (items, incidentId) => {
      const wanted = Object.entries(policy.evidence).filter(([name]) => items.includes(name));
      const bundle = await collectEvidence(Object.fromEntries(wanted), around, incidentId);
      const kept = bundle.pieces.some(({ file }) => file !== null);
      return kept ? path.relative(paths.home, bundle.folder) : null;
    },
    tryLock: () => tryFileLock(lockFile),
    maintenanceUntil: (now) => {
      const maintenance = maintenanceAt(paths.run, service, now);
      return maintenance && Date.parse(maintenance.until);
    },
    isDeploying: (now) => deployAt(paths.run, service, now) !== null,
    faultyDependencies: () =>
      policy.dependsOn.filter((name) => (openFaults.get(name)?.length ?? 0) > 0 || board.open(name).size > 0),
    toldElsewhere: () => {
      if (board.open(service).size > 0) return 'open';
      return board.openOrComing(service).size > 0 ? 'coming' : 'none';
    },
    onState: (state) => {
      openFaults.set(service, openFaultsOf(state.faults));
      board.setPolicy(service, { acting: isActing(state), tells: tellsCritical(state) }, Date.now());
    },
    close: () => probes.close(),
    sights: probes.sights,
  };
}

const actedOf = ({ ok, timedOut, exitCode, durationMs, detail }: ActionOutcome): Acted => ({
  ...{ outcome: ok ? 'ok' : timedOut ? 'timed_out' : 'failed', exitCode, durationMs, detail },
});

function createProbes({ policy, supervisor, paths, baseDir, env, reported }: WorldOptions) {
  const made = new Map<string, PolicyProbe>();
  const sights = createProbeSights(policy);
  const around = {
    ...{ service: policy.service, supervisor, home: paths.home, baseDir, env, now: Date.now },
    process: () => supervisor.processNow(),
    reported: (metric: ReportedMetric, signal: AbortSignal) => reported(policy.service, metric, signal),
  };
  const probeOf = (name: string): PolicyProbe | null => {
    const there = made.get(name);
    if (there) return there;
    const config = policy.probes[name];
    if (!config) return null;
    const probe = createPolicyProbe(config, around);
    made.set(name, probe);
    return probe;
  };
  return {
    sights,
    look: async (name: string, signal: AbortSignal): Promise<FindingOf> => {
      const probe = probeOf(name);
      if (!probe) return { passes: false, unknown: true, detail: `no probe ${name} is declared` };
      const finding = await probe.look(signal);
      if (!signal.aborted) sights.note(name, finding);
      const { passes, unknown, detail } = finding;
      return { passes, unknown, detail };
    },
    close: async () => {
      await Promise.all([...made.values()].map((probe) => probe.close()));
    },
  };
}
