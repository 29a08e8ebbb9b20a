import type { ChannelConfig } from './channel-config.ts';
import { channelUrlProblem, isUrlKind } from './channel-url.ts';
import type { SecretRef } from './fields.ts';
import { readSecret, readTextOrEnv } from './secrets.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What a channel cannot do without, each by its key in yoban.yml. */
type PartKey = 'url' | 'key' | 'token' | 'secret' | 'from' | 'to' | 'chat';

export interface ChannelPart {
  key: PartKey;
  /** The variable or file that holds it; `<channel>.<key>` where it stands in yoban.yml itself. */
  variable: string;
  /** Null where it is unset. */
  value: string | null;
}

const secretKeys = ['url', 'key', 'token', 'secret'] as const;
const plainKeys = ['from', 'to', 'chat'] as const;

/**
 * Every part of a channel with its value; optional ones only where yoban.yml names them.
 * @throws OpsError CONFIG_INVALID when a secret's file cannot be read
 */
export function channelParts(name: string, channel: ChannelConfig, env: Variables): ChannelPart[] {
  const given: Partial<Record<PartKey, unknown>> = channel;
  const secrets = secretKeys.flatMap((key) => {
    const ref = given[key] as SecretRef | undefined;
    return ref === undefined
      ? []
      : [{ key, variable: 'env' in ref ? ref.env : ref.file, value: readSecret(ref, env) || null }];
  });
  const plain = plainKeys.flatMap((key) => {
    const text = given[key] as string | { env: string } | undefined;
    if (text === undefined) return [];
    return [{ key, variable: typeof text === 'string' ? `${name}.${key}` : text.env, value: readTextOrEnv(text, env) }];
  });
  return [...secrets, ...plain];
}

/** True for parts that must not be shown, and that say whether a channel is wanted at all. */
export const isSecretPart = ({ key }: ChannelPart): boolean => secretKeys.some((secret) => secret === key);

/** What makes a value useless for its channel, null when nothing does. Told without any part of the value. */
export function channelPartProblem(kind: ChannelConfig['kind'], { key, value }: ChannelPart): string | null {
  if (value === null) return null;
  if (key === 'url' && isUrlKind(kind)) return channelUrlProblem(kind, value);
  const { text, problem } = forms[`${kind}.${key}`] ?? forms[key] ?? anything;
  return text.test(value) ? null : problem;
}

interface Form {
  text: RegExp;
  problem: string;
}

const anything: Form = { text: /^/, problem: '' };
const mailAddress: Form = { text: /^[^@\p{Cc}]+@[^@\p{Cc}]+$/u, problem: 'it is not a mail address' };
const keyText: Form = { text: /^[\x21-\x7e]+$/, problem: 'it holds a blank, a line break or a sign that no key has' };

const forms: Readonly<Record<string, Form>> = {
  key: keyText,
  token: keyText,
  from: mailAddress,
  to: { text: /^[^@\p{Cc}]+@[^\p{Cc}]+$/u, problem: mailAddress.problem },
  'line.to': {
    text: /^[UCR][0-9a-f]{32}$/,
    problem: 'it is not an id of LINE: U, C or R and 32 digits or letters a to f (not the @name of an account)',
  },
  'telegram.token': {
    text: /^\d+:[A-Za-z0-9_-]+$/,
    problem: 'it is not a token of a Telegram bot (digits, a colon, letters)',
  },
  'telegram.chat': {
    text: /^(-?\d+|@[A-Za-z]\w{3,})$/,
    problem: 'it is not a chat of Telegram: a number, negative for a group, or the @name of a channel',
  },
};
