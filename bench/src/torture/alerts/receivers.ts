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
import { type ChannelLog, frontPatience } from './expected.ts';
import { keyedReaders, rawReaders } from './read-takes.ts';
import type { Take } from './take.ts';

/** A fake of a channel's far end, and how the alerter is told of it. */
export interface Receiver {
  /** The channel's name in the configuration. */
  name: string;
  kind: ChannelKind;
  /** See `ChannelLog`. */
  role: ChannelLog['role'];
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

/** A mail is several exchanges; taking their time, they are what a stop finds half done. */
const dialogueMs = 60;

/** One receiver of every kind on loopback, one more that is out for long at times, and its fallback. */
export async function startReceivers(): Promise<Receiver[]> {
  return (await Promise.all([startUnkeyed(), startKeyed(), startFallback()])).flat();
}

async function startFallback(): Promise<Receiver[]> {
  const [front, spare] = await Promise.all([startFakeSlack(), startFakeSlack()]);
  const { fallbackMs, lateMs } = frontPatience;
  const raw = { kind: 'slack' as const, keyed: false, summaries: true, inFlight: 4 };
  const atFront = urlOf('FRONT', front);
  const patience = { fallback: 'spare', fallbackAfter: `${fallbackMs}ms`, lateAfter: `${lateMs}ms` };
  const channel = { ...atFront.channel, ...patience };
  return [
    receiver(front, { ...raw, ...atFront, channel, name: 'front', role: 'front' }, () => rawReaders.slack(front)),
    receiver(spare, { ...raw, ...urlOf('SPARE', spare), name: 'spare', role: 'spare' }, () => rawReaders.slack(spare)),
  ];
}

const secret = (name: string) => ({ env: name });
const env = { TORTURE_KEY: key, TORTURE_BOT: botToken };

async function startUnkeyed(): Promise<Receiver[]> {
  const [slack, smtp, sendgrid, discord, telegram] = await Promise.all([
    startFakeSlack(),
    startFakeSmtp({ dialogueMs }),
    startFakeSendgrid(),
    startFakeDiscord(),
    startFakeTelegram({ token: botToken }),
  ]);
  const raw = { keyed: false, summaries: true };
  const mail = { ...raw, inFlight: 2, summaries: false };
  const bySmtp = { channel: { url: secret('TORTURE_SMTP'), from, to }, env: { TORTURE_SMTP: smtp.url } };
  const bySendgrid = { channel: { key: secret('TORTURE_KEY'), from, to, endpoint: sendgrid.url }, env };
  const chat = { channel: { token: secret('TORTURE_BOT'), chat: '17', endpoint: telegram.url }, env };
  return [
    receiver(slack, { ...raw, kind: 'slack', inFlight: 4, ...urlOf('SLACK', slack) }, () => rawReaders.slack(slack)),
    receiver(smtp, { ...mail, kind: 'smtp', ...bySmtp }, () => rawReaders.smtp(smtp)),
    receiver(sendgrid, { ...mail, kind: 'sendgrid', ...bySendgrid }, () => rawReaders.sendgrid(sendgrid)),
    receiver(discord, { ...raw, kind: 'discord', inFlight: 1, ...urlOf('DISCORD', discord) }, () =>
      rawReaders.discord(discord),
    ),
    receiver(telegram, { ...raw, kind: 'telegram', inFlight: 1, ...chat }, () => rawReaders.telegram(telegram)),
  ];
}

async function startKeyed(): Promise<Receiver[]> {
  const [line, ntfy, pagerduty, webhook] = await Promise.all([
    startFakeLine(),
    startFakeNtfy(),
    startFakePagerduty({ key }),
    startFakeWebhook({ secret: key }),
  ]);
  const keyed = { keyed: true, summaries: true, inFlight: 2 };
  const toPerson = { channel: { token: secret('TORTURE_KEY'), to: person, endpoint: line.url }, env };
  const toDuty = { channel: { key: secret('TORTURE_KEY'), endpoint: pagerduty.url }, env };
  const toHook = {
    channel: { url: secret('TORTURE_WEBHOOK'), secret: secret('TORTURE_KEY') },
    env: { ...env, TORTURE_WEBHOOK: webhook.url },
  };
  return [
    receiver(line, { ...keyed, kind: 'line', summaries: false, ...toPerson }, () => keyedReaders.line(line)),
    receiver(ntfy, { ...keyed, kind: 'ntfy', ...urlOf('NTFY', ntfy) }, () => keyedReaders.ntfy(ntfy)),
    receiver(pagerduty, { ...keyed, kind: 'pagerduty', summaries: false, ...toDuty }, () =>
      keyedReaders.pagerduty(pagerduty),
    ),
    receiver(webhook, { ...keyed, kind: 'webhook', inFlight: 16, ...toHook }, () => keyedReaders.webhook(webhook)),
  ];
}

type Named = 'name' | 'role';
type Told = Omit<Receiver, 'takes' | 'scripted' | 'script' | 'stop' | Named> & Partial<Pick<Receiver, Named>>;

const receiver = (fake: Fake<Log>, told: Told, takes: () => Take[]): Receiver => ({
  name: told.kind,
  role: 'usual',
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
