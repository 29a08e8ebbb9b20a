import type { Producer } from '@yoban/shared/bus/producer';
import { type AlertEvent, eventsOf } from '@yoban/shared/contracts/alert';
import type { AlertCommand } from '@yoban/shared/contracts/alert-command';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { readyProducer } from '@yoban/shared/testing/ready-producer';

/** A Redis without an alerter, so that what was put on the bus stays there to be looked at. */
export interface IngestBus {
  redis: PrivateRedis;
  producer: Producer;
  /** Alert events in the order they will be taken. */
  events: () => Promise<AlertEvent[]>;
  commands: () => Promise<AlertCommand[]>;
  /** Forgets what lies there. */
  empty: () => Promise<void>;
  stop: () => Promise<void>;
}

export async function startIngestBus(): Promise<IngestBus> {
  const redis = await startPrivateRedis();
  const producer = await readyProducer(redis.url);
  const jobsOf = async (key: 'alertEvent' | 'alertCommand') => {
    const jobs = await (await producer.queue(key)).getJobs(['prioritized'], 0, -1, true);
    return jobs.map((job) => job.data);
  };
  return {
    redis,
    producer,
    events: async () => (await jobsOf('alertEvent')).flatMap(eventsOf),
    commands: () => jobsOf('alertCommand'),
    empty: async () => {
      for (const key of ['alertEvent', 'alertCommand'] as const)
        await (await producer.queue(key)).obliterate({ force: true });
    },
    stop: async () => {
      await producer.close();
      await redis.stop();
    },
  };
}
