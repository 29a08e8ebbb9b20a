import type { ChannelKind } from '@yoban/shared/config/channel-config';
import { startFakeDiscord } from '@yoban/shared/testing/fake-discord';
import { startFakeLine } from '@yoban/shared/testing/fake-line';
import { startFakeNtfy } from '@yoban/shared/testing/fake-ntfy';
import { startFakePagerduty } from '@yoban/shared/testing/fake-pagerduty';
import type { Fake, FakeStep } from '@yoban/shared/testing/fake-script';
import { startFakeSendgrid } from '@yoban/shared/testing/fake-sendgrid';
import { startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { startFakeSmtp } from '@yoban/shared/testing/fake-smtp';
import { startFakeTelegram } from '@yoban/shared/testing/fake-telegram';
import { startFakeWebhook } from '@yoban/shared/testing/fake-webhook';
import { keyedReaders, rawReaders } from './read-takes.ts';
import type { Take } from './take.ts';

/** A fake of a channel's far end, and how the alerter is told of it. */
export interface Receiver {
  kind: ChannelKind;
  /** Sends that one alerter may have on their way at once: what README.md of the alerter promises of a kill. */
  inFlight: number;
  /** True where the receiver tells a repeat by its key. */
  keyed: boolean;
  /** True where "N alerts suppressed" goes to this kind. */
  summaries: boolean;
  /** The channel's own part of yoban.yml. */
  channel: Readonly<Record<string, unknown>>;
  env: Readonly<Record<string, string>>;
  takes(): Take[];
  /** How many requests the script has answered so. */
  scripted(step: FakeStep['do']): number;
  script(steps: readonly FakeStep[]): void;
  stop(): Promise<void>;
}

interface Log {
  step: FakeStep['do'];
}

const key = 'key-of-the-torture';
const from = 'yoban <alerts@example.test>';
const to = 'admin@example.test';
const person = `U${'0'.repeat(32)}`;
const botToken = '1:token-of-the-torture';

/** One receiver of every kind on loopback. */
export async function startReceivers(): Promise<Receiver[]> {
  const [slack, smtp, sendgrid, line, discord, telegram, ntfy, pagerduty, webhook] = await Promise.all([
    startFakeSlack(),
    startFakeSmtp(),
    startFakeSendgrid(),
    startFakeLine(),
    startFakeDiscord(),
    startFakeTelegram({ token: botToken }),
    startFakeNtfy(),
    startFakePagerduty({ key }),
    startFakeWebhook({ secret: key }),
  ]);
  const secret = (name: string) => ({ env: name });
  const raw = { keyed: false, summaries: true };
  const keyed = { keyed: true, summaries: true };
  const env = { TORTURE_KEY: key, TORTURE_BOT: botToken, TORTURE_SMTP: smtp.url };
  return [
    receiver(slack, { ...raw, kind: 'slack', inFlight: 4, ...urlOf('SLACK', slack) }, () => rawReaders.slack(slack)),
    receiver(
      smtp,
      { ...raw, kind: 'smtp', inFlight: 2, summaries: false, channel: { url: secret('TORTURE_SMTP'), from, to }, env },
      () => rawReaders.smtp(smtp),
    ),
    receiver(
      sendgrid,
      {
        ...raw,
        kind: 'sendgrid',
        inFlight: 2,
        summaries: false,
        channel: { key: secret('TORTURE_KEY'), from, to, endpoint: sendgrid.url },
        env,
      },
      () => rawReaders.sendgrid(sendgrid),
    ),
    receiver(
      line,
      {
        ...keyed,
        kind: 'line',
        inFlight: 2,
        summaries: false,
        channel: { token: secret('TORTURE_KEY'), to: person, endpoint: line.url },
        env,
      },
      () => keyedReaders.line(line),
    ),
    receiver(discord, { ...raw, kind: 'discord', inFlight: 1, ...urlOf('DISCORD', discord) }, () =>
      rawReaders.discord(discord),
    ),
    receiver(
      telegram,
      {
        ...raw,
        kind: 'telegram',
        inFlight: 1,
        channel: { token: secret('TORTURE_BOT'), chat: '17', endpoint: telegram.url },
        env,
      },
      () => rawReaders.telegram(telegram),
    ),
    receiver(ntfy, { ...keyed, kind: 'ntfy', inFlight: 2, ...urlOf('NTFY', ntfy) }, () => keyedReaders.ntfy(ntfy)),
    receiver(
      pagerduty,
      {
        ...keyed,
        kind: 'pagerduty',
        inFlight: 2,
        summaries: false,
        channel: { key: secret('TORTURE_KEY'), endpoint: pagerduty.url },
        env,
      },
      () => keyedReaders.pagerduty(pagerduty),
    ),
    receiver(
      webhook,
      {
        ...keyed,
        kind: 'webhook',
        inFlight: 16,
        channel: { url: secret('TORTURE_WEBHOOK'), secret: secret('TORTURE_KEY') },
        env: { ...env, TORTURE_WEBHOOK: webhook.url },
      },
      () => keyedReaders.webhook(webhook),
    ),
  ];
}

type Told = Omit<Receiver, 'takes' | 'scripted' | 'script' | 'stop'>;

const receiver = (fake: Fake<Log>, told: Told, takes: () => Take[]): Receiver => ({
  ...told,
  takes,
  scripted: (step) => fake.requests().filter((one) => one.step === step).length,
  script: fake.script,
  stop: fake.stop,
});

const urlOf = (name: string, { url }: { url: string }) => ({
  channel: { url: { env: `TORTURE_${name}` } },
  env: { [`TORTURE_${name}`]: url },
});
