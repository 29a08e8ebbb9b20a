import { patient } from '@yoban/shared/bus/connection';
import { createProducer } from '@yoban/shared/bus/producer';
import { startHeartbeat } from '@yoban/shared/heartbeat';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { Redis } from 'ioredis';
import { agendaHorizonMs } from './alert-rules.ts';
import { openChannel } from './channels/registry.ts';
import type { AlerterConfig } from './config.ts';
import { createDecider } from './decide-and-write.ts';
import { startRecordDrain } from './delivery/drain-records.ts';
import { endOrphans } from './delivery/end-orphans.ts';
import { startPump } from './delivery/pump.ts';
import { startAgenda } from './delivery/run-agenda.ts';
import { startTelling } from './delivery/tell-facts.ts';
import { startWaking } from './delivery/wake.ts';
import { createCommands } from './do-command.ts';
import { noStep, type OnStep } from './on-step.ts';
import { createAlertStore } from './store/alert-store.ts';
import { createOrphanRows } from './store/orphan-rows.ts';
import { createOutbox } from './store/outbox.ts';
import { createRecordQueue } from './store/record-queue.ts';
import { createResend } from './store/resend.ts';
import { createSetAside } from './store/set-aside.ts';
import { createTellList } from './store/tell-list.ts';
import { takeJobs } from './take-jobs.ts';
import { tellOfChannel } from './tell-of-channel.ts';

export interface AlerterDeps {
  log: Log;
  stop: StopStack;
  onStep?: OnStep;
}

/** Starts the alerter: events in from the bus, decisions into Redis, messages out of its outbox. Ends with `deps.stop`. */
export async function createService(config: AlerterConfig, deps: AlerterDeps): Promise<void> {
  const { log, stop } = deps;
  const onStep = deps.onStep ?? noStep;
  for (const one of config.invalid) log.error({ event: 'channel.invalid', code: 'CONFIG_INVALID', ...one });
  for (const { channel, missing } of config.skipped) log.warn({ event: 'channel.skipped', channel, missing });

  const redis = connect(config, log);
  stop.push('redis', () => redis.disconnect());
  const producer = createProducer(config.redis, log);
  stop.push('producer', () => producer.close());

  const setAside = createSetAside(redis, log);
  const store = createAlertStore(redis, setAside, { horizonMs: agendaHorizonMs(config.rules) });
  const decider = createDecider({ store, rules: config.rules, log, onStep });
  const tellFacts = startTelling({ list: createTellList(redis, setAside), producer, log, stop });
  const drainRecords = startRecordDrain({ queue: createRecordQueue(redis, setAside), producer, log, stop });
  const delivery = { outbox: createOutbox(redis, setAside), log, onStep, random: Math.random };
  const channels = config.channels.map((settings) =>
    openChannel(settings, tellOfChannel(settings.name, { producer, log, service: config.primary })),
  );
  const pumps = new Map(channels.map((channel) => [channel.name, startPump(channel, delivery, drainRecords)]));
  endOrphans(createOrphanRows(redis), knownChannels(config), { log, stop }, drainRecords);
  stop.push('deliveries', () => {
    const ended = Promise.all([...pumps.values()].map((pump) => pump.stop()));
    // Without Redis no end can be written: leases cover what is on its way, waiting helps nobody.
    return redis.status === 'ready' ? ended : undefined;
  });
  const nudgeAgenda = startAgenda(decider, log, stop, () => {
    drainRecords();
    tellFacts();
  });
  const nudgeAll = () => {
    for (const pump of pumps.values()) pump.nudge();
    nudgeAgenda();
  };

  startWaking(connect(config, log), [...pumps.keys()], log, stop, (channel) => {
    if (channel !== null) return pumps.get(channel)?.nudge();
    nudgeAll();
    drainRecords();
    tellFacts();
  });
  startHeartbeat(config.runDir, 'alerter', stop);
  const command = createCommands({ decider, store, channels, resend: createResend(redis), log });
  takeJobs({
    redis: config.redis,
    log,
    stop,
    onEvent: async (event) => {
      await decider.event(event);
      nudgeAll();
    },
    onCommand: async (asked) => {
      await command(asked);
      nudgeAll();
      drainRecords();
      tellFacts();
    },
  });
}

const knownChannels = ({ channels, skipped, invalid }: AlerterConfig): string[] => [
  ...channels.map((one) => one.name),
  ...[...skipped, ...invalid].map((one) => one.channel),
];

/** A connection that waits out an outage: the alerter goes on where it was when Redis is back. */
function connect(config: AlerterConfig, log: Log): Redis {
  const redis = new Redis(patient(config.redis));
  let away = false;
  redis.on('error', (error) => {
    if (!away) log.warn({ event: 'redis.away', err: error });
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({ event: 'redis.back' });
    away = false;
  });
  return redis;
}
