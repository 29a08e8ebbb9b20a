import { type AlerterIntake, createAlerterIntake, intakeAddressOf } from '@yoban/shared/bus/alerter-intake';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer, type Producer } from '@yoban/shared/bus/producer';
import { displayNameOf } from '@yoban/shared/config/kit-config';
import { SECOND } from '@yoban/shared/contracts/time';
import { type Drain, startDrain } from '@yoban/shared/facts/drain-facts';
import { createStopStack, type StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { FastifyInstance } from 'fastify';
import { buildApp, type RouteSeen } from './app.ts';
import type { HealthApiConfig } from './config.ts';
import { consumeFacts } from './consumers/facts.ts';
import type { HealthApiContext } from './context.ts';
import { watchBus } from './state/bus-watch.ts';
import { createDailySender } from './state/daily-sender.ts';
import { createEvaluator } from './state/evaluator.ts';
import { createEventIntake } from './state/event-intake.ts';
import { createFactWatch } from './state/fact-watch.ts';
import { createLiveHub } from './state/live-hub.ts';
import { createMonitoringLog } from './state/monitoring-log.ts';
import { createOutsideAlerts } from './state/outside-alerts.ts';
import { createPingBook } from './state/ping-book.ts';
import { createReadModel, type ReadModel } from './state/read-model.ts';
import { fill, recall } from './state/remember.ts';
import { createSnapshot } from './state/snapshot.ts';
import type { HealthDatabase } from './store/database.ts';
import { createStoreGuard } from './store/store-guard.ts';

const storeCheckTicks = 2;

export interface HealthApi {
  app: FastifyInstance;
  routes: readonly RouteSeen[];
  context: HealthApiContext;
  /** One evaluation; due each `tickMs`. */
  tick(): void;
}

/** Hysteresis counts these: two in a row are 5 to 10 s. */
export const tickMs = 5 * SECOND;

/**
 * Builds health-api without listening; everything acquired is on `stop`. Neither a missing Redis nor a broken store keeps it from
 * starting. `now` is epoch ms.
 */
export async function createHealthApi(
  config: HealthApiConfig,
  log: Log,
  stop: StopStack,
  now: () => number = Date.now,
): Promise<HealthApi> {
  const redis = config.kit.env.redisUrl ? parseRedisUrl(config.kit.env.redisUrl) : null;
  const producer = redis ? createProducer(redis, log) : null;
  if (producer) stop.push('producer', () => producer.close());
  const model = createReadModel(config.primary, config.services, config.kit.config.databases);
  const alerter = createAlerterIntake(intakeAddressOf(config.kit));
  const { store, wakeDrain } = openMemory({ file: config.storeFile, model, producer, intake: alerter, log, now });
  stop.push('store', () => store.close());
  const bus = watchBus(redis, log, stop);
  const kit = () => ({ state: { bus: bus.state(), store: store.state() }, busDetail: bus.detail() });
  const snapshot = createSnapshot(model, kit);
  const live = createLiveHub({ model, snapshot, now });
  const evaluator = createEvaluator({ model, store, kit, log, wakeDrain });
  const sendDaily = createDailySender({ plan: dailyPlanOf(config), model, store, log, wakeDrain });
  const phase = { factsRunning: () => false, stopping: false };
  const readiness = () => ({
    ...{ bus: bus.state() !== 'down', store: store.state() === 'ok' },
    ...{ facts: phase.factsRunning(), stopping: phase.stopping },
  });
  const intake = createEventIntake({ producer, alerter, log });
  const context: HealthApiContext = {
    ...{ config, log, model, store, snapshot, live, producer, now, readiness, intake },
    outside: createOutsideAlerts({ model, store, intake, now }),
    pings: createPingBook({ home: config.kit.paths.home, tokens: config.pings.tokens, log, now }),
    monitoring: monitoringLogOf(config, log),
    facts: createFactWatch(),
    startedAt: now(),
  };
  tellSkipped(config, log);
  if (redis) {
    const worker = consumeFacts(redis, context, stop);
    phase.factsRunning = () => worker.isRunning();
  }
  await bus.firstContact();
  await bus.check(now());
  evaluator.tick(now());
  context.pings.mark();
  const { app, routes } = await buildApp(context);
  stop.push('http', () => app.close());
  stop.push('live', () => live.close());
  stop.push('readiness', () => {
    phase.stopping = true;
  });
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    void bus.check(now());
    if (ticks % storeCheckTicks === 0) store.check();
    evaluator.tick(now());
    sendDaily(now());
    live.tick();
    context.pings.mark();
  };
  return { app, routes, context, tick };
}

/** What is declared and closed all the same, since its token is not set. */
function tellSkipped({ ingest, pings, kicks }: HealthApiConfig, log: Log): void {
  for (const one of ingest.skipped) log.warn({ event: 'hook.skipped', ...one });
  for (const one of pings.skipped) log.warn({ event: 'heartbeat.skipped', ...one });
  for (const one of kicks.skipped) log.warn({ event: 'kick.skipped', ...one });
}

function dailyPlanOf({ kit: { config } }: HealthApiConfig) {
  const { enabled, at } = config.alerts.dailyStats;
  return enabled ? { at, zone: config.timezone } : null;
}

function monitoringLogOf({ kit }: HealthApiConfig, log: Log) {
  const { config, paths } = kit;
  return createMonitoringLog({
    dir: paths.logs,
    zone: config.timezone,
    displayNameOf: (service) => displayNameOf(config, service),
    log,
  });
}

interface MemoryOptions {
  file: string;
  model: ReadModel;
  producer: Producer | null;
  intake: AlerterIntake;
  log: Log;
  now: () => number;
}

/** The store, and the drain that sends its facts; both follow when the file fails or comes back. */
function openMemory({ file, model, producer, intake, log, now }: MemoryOptions) {
  let drain: Drain | null = null;
  const adopt = (opened: HealthDatabase) => {
    recall(model, opened, now());
    opened.db.transaction(() => fill(model, opened, now()))();
    const own = createStopStack(log);
    drain = producer ? startDrain(opened.db, { producer, intake, log, stop: own }) : null;
    return () => own.run();
  };
  const store = createStoreGuard({ file, log, adopt });
  return { store, wakeDrain: () => drain?.wake() };
}
