import { patient } from '@yoban/shared/bus/connection';
import { createProducer } from '@yoban/shared/bus/producer';
import { startHeartbeat } from '@yoban/shared/heartbeat';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import { Redis } from 'ioredis';
import { agendaHorizonMs } from './alert-rules.ts';
import type { AlerterConfig } from './config.ts';
import { createShadow } from './core/shadow.ts';
import { createDecider } from './decide-and-write.ts';
import { startDeadManPing } from './delivery/dead-man-ping.ts';
import { startRecordDrain } from './delivery/drain-records.ts';
import { createPulse } from './delivery/pulse.ts';
import { startAgenda } from './delivery/run-agenda.ts';
import { openChannels, startDelivery } from './delivery/start-delivery.ts';
import { startTelling } from './delivery/tell-facts.ts';
import { createTraffic } from './delivery/traffic.ts';
import { startWaking } from './delivery/wake.ts';
import { createCommands } from './do-command.ts';
import { createEventBatches } from './event-batches.ts';
import { createEventEntry } from './event-entry.ts';
import { startIntake } from './intake/start-intake.ts';
import { noStep, type OnStep } from './on-step.ts';
import { createWaiting } from './spool/waiting.ts';
import { createAlertStore } from './store/alert-store.ts';
import { createFreshRows } from './store/fresh-rows.ts';
import { createPresence } from './store/presence.ts';
import { createRecordQueue } from './store/record-queue.ts';
import { createResend } from './store/resend.ts';
import { createSetAside } from './store/set-aside.ts';
import { createSpendToken } from './store/spend-token.ts';
import { createTellList } from './store/tell-list.ts';
import { takeJobs } from './take-jobs.ts';
import { startTellingOfChannels } from './tell-of-channel.ts';

export interface AlerterDeps {
  log: Log;
  stop: StopStack;
  onStep?: OnStep;
}

/** Starts the alerter: events in from the bus or the door, decisions into Redis, messages out of its outbox. Ends with `deps.stop`. */
export async function createService(config: AlerterConfig, deps: AlerterDeps): Promise<void> {
  const { log, stop, onStep = noStep } = deps;
  sayLeftOut(config, log);
  const redis = connect(config, log);
  stop.push('redis', () => redis.disconnect());
  const producer = createProducer(config.redis, log);
  stop.push('producer', () => producer.close());

  const setAside = createSetAside(redis, log);
  const fresh = createFreshRows();
  const store = createAlertStore(redis, setAside, { horizonMs: agendaHorizonMs(config.rules), fresh });
  const shadow = createShadow(config.rules);
  const waiting = createWaiting(config.intake.spoolDir);
  const { keys: spooled } = waiting;
  const decider = createDecider({ store, rules: config.rules, log, onStep, onWritten: shadow.remember, spooled });
  const tellFacts = startTelling({ list: createTellList(redis, setAside), producer, log, stop });
  const traffic = createTraffic();
  const drainRecords = startRecordDrain({ queue: createRecordQueue(redis, setAside), producer, traffic, log, stop });
  const tell = () => void [drainRecords(), tellFacts()];
  const channels = openChannels(config, startTellingOfChannels({ producer, log, stop, service: config.primary }));
  const pulse = createPulse(['agenda', ...channels.map(({ name }) => name)]);
  const parts = { channels, redis, setAside, fresh, decider, onStep, pulse, traffic, log, stop };
  const delivery = startDelivery(config, { ...parts, waiting, onChanged: drainRecords });
  const nudgeAgenda = startAgenda(decider, log, stop, () => {
    pulse.beat('agenda');
    tell();
  });
  const nudgeAll = () => void [delivery.nudge(null), nudgeAgenda()];
  startWaking(
    connect(config, log),
    config.channels.map(({ name }) => name),
    log,
    stop,
    (channel) => {
      if (channel !== null) return delivery.nudge(channel);
      nudgeAll();
      tell();
    },
  );
  startHeartbeat(config.runDir, 'alerter', stop);
  const doorParts = { decider, shadow, channels, presence: createPresence(redis), waiting, log, stop };
  const intake = startIntake(config.intake, { ...doorParts, onDecided: nudgeAll });
  const command = createCommands({
    ...{ decider, store, channels, log },
    ...{ resend: createResend(redis, channels), spend: createSpendToken(redis) },
  });
  const decide = createEventBatches({ decide: decider.events, onDecided: nudgeAll });
  takeJobs({
    redis: config.redis,
    log,
    stop,
    onEvent: createEventEntry({ turn: intake.turn, decide }),
    onCommand: async (asked) => {
      await command(asked);
      nudgeAll();
      tell();
    },
  });
  if (config.deadManPing) startDeadManPing(config.deadManPing, pulse, log, stop);
}

function sayLeftOut({ invalid, skipped }: AlerterConfig, log: Log): void {
  for (const one of invalid) log.error({ event: 'channel.invalid', code: 'CONFIG_INVALID', ...one });
  for (const { channel, missing } of skipped) log.warn({ event: 'channel.skipped', channel, missing });
}

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
