import { routedChannels } from './alerts-config.ts';
import { isMail } from './channel-config.ts';
import { type ChannelPart, channelPartProblem, channelParts, isSecretPart } from './channel-parts.ts';
import type { YobanConfig } from './yoban-config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

interface Candidate {
  name: string;
  parts: ChannelPart[];
}

/**
 * What the channels need in production, by variable, null where it is unset. A routed channel needs all its parts. Mail is an
 * addition: without any of its values it is simply not wanted, half of them is a mistake, and a mail channel that has them
 * all stands in for one whose fallback it is. A fallback that nothing is routed to needs its parts too; one of mail only once
 * one of its secrets is set.
 * @throws OpsError CONFIG_INVALID when a secret's file cannot be read
 */
export function channelNeeds(config: YobanConfig, env: Variables): Record<string, string | null> {
  const routed = routedChannels(config);
  const fallbacks = new Set(Object.values(config.alerts.channels).map(({ fallback }) => fallback));
  const needed = Object.entries(config.alerts.channels).flatMap(([name, channel]) => {
    const parts = channelParts(name, channel, env);
    if (routed.has(name)) return isMail(channel.kind) ? mailNeeds(mailChain(name, config, env)) : parts;
    if (!fallbacks.has(name)) return [];
    const wanted = !isMail(channel.kind) || parts.some((part) => isSecretPart(part) && part.value !== null);
    return wanted ? parts : [];
  });
  return Object.fromEntries(needed.map(({ variable, value }) => [variable, value]));
}

/** A mail channel and the mail channels that would stand in for it. */
function mailChain(name: string, { alerts }: YobanConfig, env: Variables): Candidate[] {
  const chain: Candidate[] = [];
  let next: string | undefined = name;
  while (next !== undefined && !chain.some((one) => one.name === next)) {
    const channel: YobanConfig['alerts']['channels'][string] | undefined = alerts.channels[next];
    if (!channel || !isMail(channel.kind)) break;
    chain.push({ name: next, parts: channelParts(next, channel, env) });
    next = channel.fallback;
  }
  return chain;
}

/** The mail channel that does the work of `name`: itself, or the first of its fallbacks that has all it needs; null: none has. */
export const workingMail = (name: string, config: YobanConfig, env: Variables): string | null =>
  mailChain(name, config, env).find((one) => missingIn(one) === 0)?.name ?? null;

const missingIn = ({ parts }: Candidate): number => parts.filter(({ value }) => value === null).length;

/** The parts of the one that lacks least; of those alike, the last, which asks for no account anywhere. */
function mailNeeds(chain: Candidate[]): ChannelPart[] {
  if (chain.every(({ parts }) => parts.every(({ value }) => value === null))) return [];
  const least = Math.min(...chain.map(missingIn));
  return chain.findLast((one) => missingIn(one) === least)?.parts ?? [];
}

/** Channels with a value that cannot be one: their address, a key, a receiver. */
export function unusableChannels(
  config: YobanConfig,
  env: Variables,
): { name: string; variable: string; problem: string }[] {
  return Object.entries(config.alerts.channels).flatMap(([name, channel]) => {
    const problems = channelParts(name, channel, env).flatMap((part) => {
      const problem = channelPartProblem(channel.kind, part);
      return problem === null ? [] : [{ name, variable: part.variable, problem }];
    });
    return problems.slice(0, 1);
  });
}
