import { z } from 'zod';
import { DurationMs, Locale, Name, SecretRef, TextOrEnv, Zone } from './fields.ts';

const onThisMachine = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Where an API is; its vendor's address unless told. Keys travel to it, so it is https, or a server on this machine. */
const endpoint = (vendor: string) =>
  z
    .string()
    .refine((text) => isEndpoint(text), {
      error: 'is an address such as https://api.example.com; http:// only on this machine, since the key goes there',
    })
    .default(vendor);

function isEndpoint(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || `${url.username}${url.password}` !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && onThisMachine.test(url.hostname));
}

/** What every channel may set. */
const common = {
  /** false: as if neither it nor a mention of it stood here. */
  enabled: z.boolean().optional(),
  /** Language and zone of its readers; those of the whole configuration unless told. */
  locale: Locale.optional(),
  timezone: Zone.optional(),
  /** Messages a second in the long run; what suits the receiver unless told. */
  perSecond: z.number().positive().max(10_000).optional(),
  /** The channel that takes over what this one has not delivered after `fallbackAfter`; a minute unless told. */
  fallback: Name.optional(),
  fallbackAfter: DurationMs.optional(),
  /** From when on a message says how late it is, and what passed meanwhile is one; 5 minutes unless told. */
  lateAfter: DurationMs.optional(),
};
const mail = { from: TextOrEnv, to: TextOrEnv };
const chat = z.union([TextOrEnv, z.int().transform(String)]);

const members = [
  z.strictObject({
    kind: z.literal('slack'),
    url: SecretRef,
    /** Another channel than the webhook's own; webhooks of newer Slack apps stay with theirs. */
    channel: z
      .string()
      .regex(/^[#@]?[^\s#@]{1,80}$/, 'a channel of Slack is written as #name or as its id')
      .optional(),
    ...common,
  }),
  z.strictObject({ kind: z.literal('smtp'), url: SecretRef, ...mail, ...common }),
  z.strictObject({
    kind: z.literal('sendgrid'),
    key: SecretRef,
    ...mail,
    endpoint: endpoint('https://api.sendgrid.com'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('line'),
    token: SecretRef,
    to: TextOrEnv,
    endpoint: endpoint('https://api.line.me'),
    ...common,
  }),
  z.strictObject({ kind: z.literal('discord'), url: SecretRef, ...common }),
  z.strictObject({
    kind: z.literal('telegram'),
    token: SecretRef,
    chat,
    endpoint: endpoint('https://api.telegram.org'),
    ...common,
  }),
  z.strictObject({ kind: z.literal('ntfy'), url: SecretRef, token: SecretRef.optional(), ...common }),
  z.strictObject({
    kind: z.literal('pagerduty'),
    key: SecretRef,
    endpoint: endpoint('https://events.pagerduty.com'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    url: SecretRef,
    secret: SecretRef.optional(),
    token: SecretRef.optional(),
    ...common,
  }),
] as const;

const kinds = members.map((member) => member.shape.kind.value);

/** One way to reach people, as `alerts.channels` names it. */
export const ChannelConfig = z.discriminatedUnion('kind', members, {
  error: `channels.<name>.kind is one of ${kinds.join(', ')}`,
});
export type ChannelConfig = z.infer<typeof ChannelConfig>;
export type ChannelKind = ChannelConfig['kind'];

/** True for the kinds of mail. One of them may stand in for the other where that has no values (A3). */
export const isMail = (kind: ChannelKind): boolean => kind === 'smtp' || kind === 'sendgrid';
