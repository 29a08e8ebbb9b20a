import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer, type Producer } from '@yoban/shared/bus/producer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { intakeSocket } from '@yoban/shared/contracts/intake';
import { isoTime } from '@yoban/shared/contracts/time';
import { createStopStack, type StopStack } from '@yoban/shared/lifecycle';
import { type FakeSlack, startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { type FakeSmtp, startFakeSmtp } from '@yoban/shared/testing/fake-smtp';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import type { AlerterConfig } from '../../src/config.ts';
import type { MessageStyle } from '../../src/core/message.ts';
import { createService } from '../../src/service.ts';
import { testRules } from './rules.ts';

/** A Redis, a Slack, a mail server and a producer of the test's own, and alerters started on them. */
export interface AlerterBench {
  redis: PrivateRedis;
  slack: FakeSlack;
  smtp: FakeSmtp;
  config: AlerterConfig;
  home: string;
  lines: Record<string, unknown>[];
  /** Starts an alerter inside this process; resolves to what stops it. */
  startAlerter(config?: Partial<AlerterConfig>): Promise<StopStack>;
  send(event: Partial<AlertEvent> & { id: string }): Promise<void>;
  producer: Producer;
  slackTexts(): string[];
  mailSubjects(): string[];
  stop(): Promise<void>;
}

const style: MessageStyle = {
  locale: 'en',
  zone: 'Asia/Tokyo',
  displayNames: { ailife: 'AIPrizeCohabitationLife' },
};
const common = { style, fallback: null, perSecond: null };

export async function startBench(windowMs = 900_000): Promise<AlerterBench> {
  const [redis, slack, smtp] = await Promise.all([startPrivateRedis(), startFakeSlack(), startFakeSmtp()]);
  const temp = makeTempDir();
  const { log, lines } = createTestLog();
  const stops: StopStack[] = [];
  const address = parseRedisUrl(redis.url);
  const producer = createProducer(address, log);
  const config: AlerterConfig = {
    redis: address,
    channels: [
      { name: 'slack', kind: 'slack', url: slack.url, ...common },
      {
        name: 'mail',
        kind: 'smtp',
        url: smtp.url,
        from: 'yoban <alerts@example.test>',
        to: 'admin@example.test',
        ...common,
      },
    ],
    skipped: [],
    invalid: [],
    rules: testRules({ windowMs }),
    primary: 'ailife',
    intake: {
      spoolDir: path.join(temp.dir, 'spool', 'alerter'),
      socket: path.join(temp.dir, 'run', intakeSocket),
      tcp: null,
    },
    deadManPing: null,
    runDir: path.join(temp.dir, 'run'),
    logLevel: 'debug',
  };
  return {
    redis,
    slack,
    smtp,
    config,
    home: temp.dir,
    lines,
    producer,
    startAlerter: async (over = {}) => {
      const stop = createStopStack(log);
      stops.push(stop);
      await createService({ ...config, ...over }, { log, stop });
      return stop;
    },
    send: (event) => added(producer, fullEvent(event)),
    slackTexts: () => slack.messages().map((message) => message.text),
    mailSubjects: () => smtp.mails().map((mail) => mail.subject),
    stop: async () => {
      await Promise.all(stops.map((stop) => stop.run()));
      await producer.close();
      await Promise.all([slack.stop(), smtp.stop(), redis.stop()]);
      temp.remove();
    },
  };
}

/** A busy machine may not give Redis its turn within the second that a producer waits for its connection: as every source, it asks again. */
async function added(producer: Producer, event: AlertEvent): Promise<void> {
  const until = performance.now() + addLimitMs;
  for (;;) {
    try {
      return await producer.add('alertEvent', event.id, event);
    } catch (error) {
      if (performance.now() > until) throw error;
      await sleep(100);
    }
  }
}

const addLimitMs = 30_000;

export function fullEvent(event: Partial<AlertEvent> & { id: string }): AlertEvent {
  return {
    kind: 'raise',
    level: 'critical',
    service: 'ailife',
    alertType: 'process_down',
    at: isoTime(Date.now()),
    params: { graceS: 10 },
    lastError: null,
    incidentId: null,
    ...event,
  };
}
