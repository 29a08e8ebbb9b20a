import { supervisorOf } from '@yoban/host-tools/supervisors/registry';
import type { Supervisor } from '@yoban/host-tools/supervisors/supervisor';
import { createAlerterIntake } from '@yoban/shared/bus/alerter-intake';
import { createProducer } from '@yoban/shared/bus/producer';
import type { Incident } from '@yoban/shared/contracts/incident';
import { startDrain } from '@yoban/shared/facts/drain-facts';
import { startHeartbeat } from '@yoban/shared/heartbeat';
import { createStopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { createOneAtATime } from '@yoban/shared/one-at-a-time';
import type { WatchdogConfig } from './config.ts';
import { createFaultBoard } from './fault-board.ts';
import { startIncidentCommands } from './incidents/start-incident-commands.ts';
import type { KickDesk } from './kick/kick-desk.ts';
import { startKicks } from './kick/start-kicks.ts';
import { createPolicies, type Policies } from './policy/create-policies.ts';
import { repeat } from './repeat.ts';
import { startRecoveryReports } from './reports/start-recovery-reports.ts';
import { createSampleSender } from './sample-sender.ts';
import { openWatchStore } from './store/watch-store.ts';
import { BusWatch } from './watches/bus-watch.ts';
import { DatabaseWatch } from './watches/database-watch.ts';
import { ExternalWatch } from './watches/external-watch.ts';
import { LivenessWatch } from './watches/liveness-watch.ts';
import { ProcessWatch } from './watches/process-watch.ts';
import { SystemWatch } from './watches/system-watch.ts';
import type { Watch, WatchDeps } from './watches/watch.ts';

export interface WatchdogService {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Looks, decides and tells; and where a service has a policy, repairs by it. Without Redis all of this goes on; what is to be
 * told waits in the store.
 */
export function createService(config: WatchdogConfig, log: Log): WatchdogService {
  const stop = createStopStack(log);
  return {
    stop: () => stop.run(),
    start: async () => {
      const store = openWatchStore(config.storeFile);
      stop.push('store', () => store.close());
      const producer = createProducer(config.redis, log);
      stop.push('producer', () => producer.close());
      const intake = createAlerterIntake(config.intake);
      const drain = startDrain(store.db, { producer, intake, log, stop });
      const sender = createSampleSender(producer, log);
      stop.push('samples', () => sender.idle());
      const board = createFaultBoard();
      const deps: WatchDeps = {
        ...{ config, store, board, log, wake: drain.wake, publish: sender.send },
        pingBus: () => producer.ping(),
      };
      const supervisors = new Map(config.services.map((one) => [one.name, superviseBy(one, config)]));
      const kicks: { answered?: KickDesk['answered'] } = {};
      const style = { reportsDir: config.paths.reports, zone: config.zone, lang: config.lang };
      const report = startRecoveryReports({ db: store.db, style, log, stop, now: Date.now });
      const wakeAll = () => {
        drain.wake();
        report();
      };
      // Stopped after the watches, which tell its runners what they see.
      const policies = createPolicies({
        ...{ config, store, board, supervisors, log, stop, wake: wakeAll },
        onKickAnswer: (answer) => kicks.answered?.(answer),
      });
      const watches = watchesOf(config, deps, supervisors, policies);
      for (const watch of watches) {
        stop.push('watch', () => watch.stop());
        watch.start();
      }
      const { redis, paths, kicks: allowed } = config;
      for (const one of allowed.skipped) log.warn({ event: 'kick.skipped', ...one });
      const { send } = policies;
      kicks.answered = startKicks({ kickers: allowed.kickers, redis, paths, db: store.db, send, log, stop }).answered;
      const onAck = ({ service, fault }: Incident) => void send(service, { type: 'ack', fault });
      startIncidentCommands({ redis, db: store.db, log, stop, wake: drain.wake, onAck });
      policies.start();
      const sample = async () => sender.send([...watches.flatMap((watch) => watch.sample()), ...policies.sample()]);
      const sampling = repeat('sample', () => config.pace.sampleEveryMs, sample, log);
      stop.push('sampling', () => sampling.stop());
      sampling.now();
      startHeartbeat(config.paths.run, 'watchdog', stop);
    },
  };
}

type Service = WatchdogConfig['services'][number];

interface Guarded {
  watches: Watch[];
  up: () => boolean | null;
}

const superviseBy = ({ name, config: own }: Service, { pace }: WatchdogConfig): Supervisor =>
  supervisorOf(name, own.supervisor, { silentMs: pace.silentAfterMs });

function watchesOf(
  config: WatchdogConfig,
  deps: WatchDeps,
  supervisors: ReadonlyMap<string, Supervisor>,
  policies: Policies,
): Watch[] {
  const oneAtATime = createOneAtATime();
  const databases = config.databases.map((db) => ({ db, watch: new DatabaseWatch(db, deps, oneAtATime) }));
  const suspectDatabasesOf = (service: string) => {
    for (const { db, watch } of databases) if (db.toldUnder === service) watch.suspect();
  };
  const guarded = new Map(
    config.services.map((service) => {
      const onFall = () => suspectDatabasesOf(service.name);
      return [service.name, guard(service, supervisors.get(service.name) ?? null, deps, { onFall, policies })];
    }),
  );
  return [
    // Databases first: their open faults must be on the board before anything is judged by it.
    ...databases.map(({ watch }) => watch),
    ...[...guarded.values()].flatMap(({ watches }) => watches),
    new SystemWatch(deps),
    new BusWatch(deps),
    new ExternalWatch(deps, () => guarded.get(config.primary)?.up() ?? null),
  ];
}

/** The process and the liveness of one service; each tells the other what it needs to judge. */
function guard(
  service: Service,
  supervisor: Supervisor | null,
  deps: WatchDeps,
  { onFall, policies }: { onFall: () => void; policies: Policies },
): Guarded {
  let process: ProcessWatch | null = null;
  let liveness: LivenessWatch | null = null;
  if (service.config.health) {
    liveness = new LivenessWatch(service.name, service.config.health, deps, {
      process: () => process && { running: process.mayRun, gone: process.isGone },
      onAnswer: () => {
        if (process?.isGone) process.look();
      },
      onFall,
    });
  }
  if (supervisor && supervisor.kind !== 'none') {
    process = new ProcessWatch(service, supervisor, deps, {
      answeredAt: () => liveness?.answeredAt ?? null,
      askedAt: () => liveness?.askedAt ?? null,
      onChange: () => liveness?.forget(),
      onFall,
      onEvent: (event) => void policies.send(service.name, { type: 'process', event }),
    });
  }
  return {
    watches: [process, liveness].filter((watch) => watch !== null),
    up: () => (liveness ? liveness.answers : process ? !process.isGone : null),
  };
}
