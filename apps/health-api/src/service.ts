import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer } from '@yoban/shared/bus/producer';
import { SECOND } from '@yoban/shared/contracts/time';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { type Drain, startDrain } from '@yoban/shared/facts/drain-facts';
import { createStopStack, type StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { Worker } from 'bullmq';
import { buildApp } from './app.ts';
import type { HealthApiConfig } from './config.ts';
import { consumeFacts } from './consumers/facts.ts';
import type { HealthApiContext } from './context.ts';
import { watchBus } from './state/bus-watch.ts';
import { createEvaluator } from './state/evaluator.ts';
import { createLiveHub } from './state/live-hub.ts';
import { createReadModel } from './state/read-model.ts';
import { fill, recall } from './state/remember.ts';
import { createSnapshot } from './state/snapshot.ts';
import { createStoreGuard } from './store/store-guard.ts';

const tickMs = 5 * SECOND;
const storeCheckTicks = 2;

export interface Started {
  /** The address it listens on. */
  url: string;
  context: HealthApiContext;
}

/**
 * Builds and starts health-api; everything acquired is on `stop`. A missing Redis or a broken store keeps nothing from starting.
 * @throws OpsError CONFIG_INVALID when the port is taken.
 */
export async function startHealthApi(config: HealthApiConfig, log: Log, stop: StopStack): Promise<Started> {
  const now = Date.now;
  const redis = config.kit.env.redisUrl ? parseRedisUrl(config.kit.env.redisUrl) : null;
  const producer = redis ? createProducer(redis, log) : null;
  if (producer) stop.push('producer', () => atMost(producer.close(), SECOND));
  const model = createReadModel(config.primary, config.services, config.kit.config.databases);
  let drain: Drain | null = null;
  const store = createStoreGuard({
    file: config.storeFile,
    log,
    adopt: (opened) => {
      recall(model, opened, now());
      opened.db.transaction(() => fill(model, opened, now()))();
      const own = createStopStack(log);
      drain = producer ? startDrain(opened.db, producer, log, own) : null;
      return () => own.run();
    },
  });
  stop.push('store', () => store.close());
  const bus = watchBus(redis, log, stop);
  const kit = () => ({ state: { bus: bus.state(), store: store.state() }, busDetail: bus.detail() });
  const snapshot = createSnapshot(model, kit);
  const live = createLiveHub({ model, snapshot, now });
  const evaluator = createEvaluator({ model, store, kit, log, wakeDrain: () => drain?.wake() });
  let worker: Worker | null = null;
  let stopping = false;
  const context: HealthApiContext = {
    config,
    log,
    model,
    store,
    snapshot,
    live,
    producer,
    now,
    readiness: () => ({
      bus: bus.state() !== 'down',
      store: store.state() === 'ok',
      facts: worker?.isRunning() ?? false,
      stopping,
    }),
  };
  if (redis) {
    worker = consumeFacts(redis, context, stop);
    const consumer = worker;
    // A worker waits for its connection when it closes; with Redis away that would eat the whole stop time.
    stop.push('consumer without bus', () =>
      bus.state() === 'down' ? atMost(consumer.close(true), SECOND) : undefined,
    );
  }
  await bus.firstContact();
  await bus.check(now());
  evaluator.tick(now());
  startTicking(stop, (count) => {
    void bus.check(now());
    if (count % storeCheckTicks === 0) store.check();
    evaluator.tick(now());
    live.tick();
  });
  const { app } = await buildApp(context);
  stop.push('http', () => app.close());
  stop.push('live', () => live.close());
  stop.push('readiness', () => {
    stopping = true;
  });
  const url = await listen(app, config);
  log.info({ event: 'http.listening', host: config.kit.env.host, port: new URL(url).port });
  return { url, context };
}

function startTicking(stop: StopStack, tick: (count: number) => void): void {
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    tick(count);
  }, tickMs);
  stop.push('tick', () => clearInterval(timer));
}

async function listen(app: Awaited<ReturnType<typeof buildApp>>['app'], { kit }: HealthApiConfig): Promise<string> {
  const { host, port } = kit.env;
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if (!hasErrno(error, 'EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL')) throw error;
    throw new OpsError(
      'CONFIG_INVALID',
      `cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : error}`,
      {
        hint: `Another program uses the port (ss -ltnp 'sport = :${port}'), or set PORT and HOST to free ones.`,
        cause: error,
      },
    );
  }
}

/** Waits for `work` no longer than `limitMs`: at the stop, a connection to a Redis that is gone may never close by itself. */
async function atMost(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
