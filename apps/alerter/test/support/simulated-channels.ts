import { DAY } from '@yoban/shared/contracts/time';
import type { Channel, OutgoingMessage } from '../../src/channels/channel.ts';
import { usualPatience } from '../../src/core/late.ts';
import type { SendResult } from '../../src/core/retry.ts';

/** `busy`: 429 with a time; `taken-unanswered`: the receiver has it, and the connection breaks before it says so. */
export type Mood = 'ok' | 'down' | 'busy' | 'taken-unanswered' | 'refused' | 'used-up';

export interface Arrival {
  nid: string;
  text: string;
  at: number;
}

const style = { locale: 'en' as const, zone: 'UTC', displayNames: {} };

/** Receivers whose mood the test sets, and what reached each of them. `now` is epoch ms. */
export function createSimulatedChannels(names: readonly string[], now: () => number) {
  const arrivals = new Map<string, Arrival[]>(names.map((name) => [name, []]));
  const moods = new Map<string, Mood>();
  let ambiguous = 0;

  const receive = (name: string, { nid, head, lines }: Pick<OutgoingMessage, 'nid' | 'head' | 'lines'>) =>
    arrivals.get(name)?.push({ nid, text: [head, ...lines].join('\n'), at: now() });
  const send = async (name: string, message: OutgoingMessage): Promise<SendResult> => {
    const mood = moods.get(name) ?? 'ok';
    if (mood === 'down') return { kind: 'retry', code: 'http_503' };
    if (mood === 'busy') return { kind: 'busy', code: 'http_429', afterMs: 20_000 };
    if (mood === 'refused') return { kind: 'permanent', code: 'http_400' };
    if (mood === 'used-up') return { kind: 'quota', code: 'monthly_limit', afterMs: 20 * DAY };
    receive(name, message);
    if (mood === 'ok') return { kind: 'sent' };
    ambiguous += 1;
    return { kind: 'unknown', code: 'reset' };
  };
  const channels: Channel[] = names.map((name) => ({
    name,
    kind: name === 'mail' ? 'smtp' : 'slack',
    pace: { perSecond: 1, burst: 6, reserve: 3 },
    concurrency: 1,
    style,
    fallback: null,
    patience: usualPatience,
    keyed: () => false,
    send: (message) => send(name, message),
  }));
  return {
    channels,
    style,
    /** Everything that reached a channel, repeats included. */
    at: (name: string): Arrival[] => arrivals.get(name) ?? [],
    /** How many tries may have arrived without our knowing. */
    ambiguous: () => ambiguous,
    /** One try that reached its receiver and whose sender died before it could note it. */
    receiveUnnoted: (name: string, message: Pick<OutgoingMessage, 'nid' | 'head' | 'lines'>) => {
      if ((moods.get(name) ?? 'ok') !== 'ok') return;
      ambiguous += 1;
      receive(name, message);
    },
    setMood: (mood: Mood, name?: string) => {
      for (const one of name === undefined ? names : [name]) moods.set(one, mood);
    },
  };
}

export const isRaise = ({ text }: Arrival): boolean => text.startsWith('[CRITICAL]');
export const isRecovery = ({ text }: Arrival): boolean => text.startsWith('[RECOVERED]');
export const ofAlert =
  (name: string) =>
  ({ nid }: Arrival): boolean =>
    nid.startsWith(`ailife/${name}#`);
