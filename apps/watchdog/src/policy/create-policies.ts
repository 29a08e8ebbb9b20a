import { peersOf } from '@yoban/host-tools/actions/peers-of';
import { recoveryReportPath } from '@yoban/host-tools/reports/recovery-report';
import { createRestoreAction } from '@yoban/host-tools/restore/create-restore-action';
import type { Supervisor } from '@yoban/host-tools/supervisors/supervisor';
import type { CheckResult } from '@yoban/shared/contracts/check';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { WatchdogConfig } from '../config.ts';
import type { PolicyEvent } from '../core/policy/policy-event.ts';
import { hasPolicy, type ServicePolicy, scheduledProbes } from '../core/policy/policy-rules.ts';
import type { PolicyState } from '../core/policy/policy-state.ts';
import type { FaultBoard } from '../fault-board.ts';
import { type Repeat, repeat } from '../repeat.ts';
import { createPolicyStore } from '../store/policy-store.ts';
import type { WatchStore } from '../store/watch-store.ts';
import { systemClock } from './boot-clock.ts';
import { createPolicyWorld } from './create-policy-world.ts';
import { PolicyRunner } from './policy-runner.ts';
import type { PolicyWorld } from './policy-world.ts';
import type { ProbeSights } from './probe-sights.ts';
import { createReportedFigures } from './reported-figures.ts';

export interface Policies {
  /** Once everybody who hears of their answers is there. */
  start(): void;
  /** Gives an event to the runner of a service; false where it has none. */
  send(service: string, event: PolicyEvent): boolean;
  /** What the probes of all policies saw last. */
  sample(): CheckResult[];
  /** Null where the service has none. */
  stateOf(service: string): PolicyState | null;
}

interface Options {
  config: WatchdogConfig;
  store: WatchStore;
  board: FaultBoard;
  supervisors: ReadonlyMap<string, Supervisor>;
  log: Log;
  stop: Pick<StopStack, 'push'>;
  wake: () => void;
  onKickAnswer: (answer: { id: string; result: string }) => void;
  /** Another policy than that of the file; null = none for this service. */
  policyOf?: (service: string) => ServicePolicy | null;
}

/** One runner for each service whose policy names faults or may be kicked; the others are watched as ever. */
export function createPolicies(options: Options): Policies {
  const { config, store, board, supervisors, stop, wake, onKickAnswer } = options;
  const runners = new Map<string, PolicyRunner>();
  const sights: ProbeSights[] = [];
  const platforms: Repeat[] = [];
  const openFaults = new Map<string, readonly string[]>();
  const policyStore = createPolicyStore(store.db, (incident) => recoveryReportPath(incident, config.zone));
  const declared = Object.fromEntries(config.services.map(({ name, config: own }) => [name, own]));
  const supervisorOf = (other: string) => supervisors.get(other) ?? null;
  const restore = createRestoreAction({
    ...{ services: declared, supervisorOf, locksDir: config.paths.locks, zone: config.zone, now: Date.now },
    databases: config.databases.map((db) => ({ db, backupDir: db.backupDir })),
  });
  const figures = createReportedFigures(config.healthUrl);
  stop.push('reported figures', () => figures.close());
  for (const { name, config: own } of config.services) {
    const supervisor = supervisors.get(name);
    if (!supervisor || !hasPolicy(own)) continue;
    const log = options.log.child({ service: name });
    const policy = options.policyOf ? options.policyOf(name) : { ...own, service: name };
    if (policy === null) continue;
    const world = createPolicyWorld({
      ...{ policy, supervisor, paths: config.paths, board, openFaults, log },
      ...{ baseDir: config.policies.baseDir, env: config.policies.env, peers: peersOf(name, declared) },
      ...{ supervisorOf, restore, reported: figures.of },
    });
    const runner = new PolicyRunner({
      ...{ policy, world, log, wake, onKickAnswer, store: policyStore, clock: systemClock() },
    });
    runners.set(name, runner);
    stop.push(`policy ${name}`, () => runner.stop());
    sights.push(world.sights);
    platforms.push(...lookAtStreams(policy, world, { log, stop }));
  }
  return {
    start: () => {
      for (const runner of runners.values()) runner.start();
      for (const platform of platforms) platform.now();
    },
    sample: () => sights.flatMap((one) => one.results()),
    send: (service, event) => {
      const runner = runners.get(service);
      runner?.send(event);
      return runner !== undefined;
    },
    stateOf: (service) => runners.get(service)?.state ?? null,
  };
}

/** People are shown the stream at any time (D2, H5), also where no fault asks for it by the clock. */
function lookAtStreams(
  policy: ServicePolicy,
  world: Pick<PolicyWorld, 'look'>,
  { log, stop }: Pick<Options, 'log' | 'stop'>,
): Repeat[] {
  const scheduled = scheduledProbes(policy);
  return Object.entries(policy.probes)
    .filter(([name, { type }]) => type === 'obs' && !scheduled.has(name))
    .map(([name, { every }]) => {
      const end = new AbortController();
      const look = async () => void (await world.look(name, end.signal));
      const looking = repeat(`probe ${name}`, () => every, look, log);
      stop.push(`probe ${name}`, () => {
        end.abort();
        return looking.stop();
      });
      return looking;
    });
}
