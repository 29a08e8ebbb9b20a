import { type ChannelConfig, type ChannelKind, isMail } from '@yoban/shared/config/channel-config';
import { workingMail } from '@yoban/shared/config/channel-needs';
import { type ChannelPart, channelPartProblem, channelParts } from '@yoban/shared/config/channel-parts';
import { displayNameOf, type KitConfig } from '@yoban/shared/config/kit-config';
import type { ChannelSettings, ReceiverSettings } from './channels/registry.ts';
import type { MessageStyle } from './core/message.ts';

export interface InvalidChannel {
  channel: string;
  /** The variable or file that holds the value. */
  variable: string;
  problem: string;
}

export interface ConfiguredChannels {
  /** Channels that have all they need. */
  usable: ChannelSettings[];
  /** Channels that lack a value, with what they lack. */
  skipped: { channel: string; missing: string[] }[];
  /** Channels with a value that cannot be one. */
  invalid: InvalidChannel[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The channels of the configuration with their secrets read. A mail channel without its values keeps its name and is served by
 * the first of its fallbacks that has them (A3), so that routes and what waits in the outbox go on under the same name.
 * @throws OpsError CONFIG_INVALID when a secret's file cannot be read
 */
export function configuredChannels(kit: KitConfig, env: Variables): ConfiguredChannels {
  const { channels } = kit.config.alerts;
  const looks = Object.entries(channels).map(([name, own]) => {
    const by = isMail(own.kind) ? (workingMail(name, kit.config, env) ?? name) : name;
    const channel = channels[by] ?? own;
    return { name, channel, ...lookAt(name, channel, channelParts(name, channel, env)) };
  });
  const usable = new Set(looks.filter((one) => one.receiver !== null).map((one) => one.name));
  return {
    usable: looks.flatMap(({ name, channel, receiver }) => {
      const { fallback = null, perSecond = null, fallbackAfter: fallbackMs, lateAfter: lateMs } = channel;
      const known = fallback !== null && fallback !== name && usable.has(fallback) ? fallback : null;
      const style = styleOf(kit, channel);
      const own = { ...(fallbackMs !== undefined && { fallbackMs }), ...(lateMs !== undefined && { lateMs }) };
      const patience = Object.keys(own).length > 0 && { patience: own };
      return receiver === null ? [] : [{ ...receiver, name, style, perSecond, fallback: known, ...patience }];
    }),
    skipped: looks.filter(({ missing }) => missing.length > 0).map(({ name, missing }) => ({ channel: name, missing })),
    invalid: looks.flatMap((one) => one.invalid),
  };

  function lookAt(name: string, channel: ChannelConfig, parts: ChannelPart[]) {
    const missing = parts.filter(({ value }) => value === null).map(({ variable }) => variable);
    const invalid = parts.flatMap((part): InvalidChannel[] => {
      const problem = channelPartProblem(channel.kind, part);
      return problem === null ? [] : [{ channel: name, variable: part.variable, problem }];
    });
    const complete = missing.length === 0 && invalid.length === 0;
    return { missing, invalid, receiver: complete ? receiverOf(channel, valuesOf(parts), pageUrlOf(kit)) : null };
  }
}

/** Kinds that get no "N alerts suppressed" or folded INFOs of alerts: they are for what must wake somebody, or count every message. */
const withoutSummaries: ReadonlySet<ChannelKind> = new Set(['smtp', 'sendgrid', 'pagerduty', 'line']);
export const takesSummaries = ({ kind }: ChannelSettings): boolean => !withoutSummaries.has(kind);

/** Kinds that keep an alert of their own from raise to recovery, so that an acknowledgement concerns them. */
const alertKeepers: ReadonlySet<ChannelKind> = new Set(['pagerduty', 'webhook']);
export const keepsAlerts = ({ kind }: ChannelSettings): boolean => alertKeepers.has(kind);

type Values = (key: ChannelPart['key']) => string;
const valuesOf =
  (parts: ChannelPart[]): Values =>
  (key) =>
    parts.find((part) => part.key === key)?.value ?? '';

function receiverOf(channel: ChannelConfig, value: Values, pageUrl: string): ReceiverSettings {
  const { kind } = channel;
  switch (kind) {
    case 'slack':
      return { kind, url: value('url'), ...(channel.channel !== undefined && { channel: channel.channel }) };
    case 'discord':
      return { kind, url: value('url') };
    case 'smtp':
      return { kind, url: value('url'), from: value('from'), to: value('to') };
    case 'sendgrid':
      return { kind, key: value('key'), from: value('from'), to: value('to'), endpoint: channel.endpoint };
    case 'line':
      return { kind, token: value('token'), to: value('to'), endpoint: channel.endpoint };
    case 'telegram':
      return { kind, token: value('token'), chat: value('chat'), endpoint: channel.endpoint };
    case 'ntfy':
      return { kind, url: value('url'), token: value('token') || null };
    case 'pagerduty':
      return { kind, key: value('key'), endpoint: channel.endpoint, pageUrl };
    case 'webhook':
      return { kind, url: value('url'), secret: value('secret') || null, token: value('token') || null, pageUrl };
    default:
      return channel satisfies never;
  }
}

/** Language and zone of a channel's own where it has them. */
function styleOf({ config, displayZone }: KitConfig, { locale, timezone }: ChannelConfig): MessageStyle {
  const names = Object.keys(config.services).map((name) => [name, displayNameOf(config, name)]);
  return {
    locale: locale ?? config.locale,
    zone: timezone ?? displayZone,
    displayNames: Object.fromEntries(names),
  };
}

/** The dashboard, beside the health answer that people know the address of. */
const pageUrlOf = ({ env }: KitConfig): string => new URL('/admin/dashboard', env.healthUrl).href;
