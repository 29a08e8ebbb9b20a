import { setTimeout as sleep } from 'node:timers/promises';
import { pick } from '../../harness/random.ts';
import type { Arena, Slot } from './arena.ts';
import type { Troubles } from './expected.ts';
import { type HouseLog, houseFaults, sleepPastLease } from './house-faults.ts';
import { longFault } from './long-fault.ts';
import { frontFault, outlastPatience, type ReceiverFault, receiverFaults, sufferAt } from './receiver-faults.ts';
import type { Receiver } from './receivers.ts';
import { watchSlowness } from './slow-spans.ts';

export interface Weather {
  troubles: Troubles;
  /** How often each kind of fault has landed. */
  landed: Map<string, number>;
  /** No new fault begins; resolves when everybody is up again. */
  calm(): Promise<void>;
  /** Every kind has come at least once. */
  isComplete(): boolean;
}

const labelOf = (receiver: Receiver, fault: ReceiverFault): string => `${fault} of ${receiver.name}`;

const usual = (receivers: readonly Receiver[]): Receiver[] => receivers.filter(({ role }) => role === 'usual');

/** Every kind of fault a run promises. */
export const promisedFaults = (receivers: readonly Receiver[]): string[] => [
  longFault,
  ...Object.keys(houseFaults),
  frontFault,
  ...usual(receivers).flatMap((receiver) => receiverFaults.map((fault) => labelOf(receiver, fault))),
];

interface Sky {
  random: () => number;
  isEnded: () => boolean;
  land: (label: string) => void;
}

/** Kills, stops and cuts whatever there is, each kind once before any comes again. With `only`, the house suffers nothing else. */
export function startWeather(arena: Arena, random: () => number, only: readonly string[] | null): Weather {
  const { slow, stop } = watchSlowness();
  const troubles = { kills: [], redisAway: [], outages: [], slow };
  const landed = new Map<string, number>();
  let ended = false;
  const land = (label: string) => void landed.set(label, (landed.get(label) ?? 0) + 1);
  const sky = { random, isEnded: () => ended, land };
  const under = [
    houseWeather(arena, { ...sky, ...troubles, only }),
    frontWeather(arena, { ...sky, ...troubles }),
    ...usual(arena.receivers).map((receiver) => receiverWeather(receiver, sky)),
  ];
  const promised = promisedFaults(arena.receivers);
  return {
    troubles,
    landed,
    calm: async () => {
      ended = true;
      await Promise.all(under);
      stop();
    },
    isComplete: () => promised.every((label) => landed.has(label)),
  };
}

const shuffled = <T>(items: readonly T[], random: () => number): T[] =>
  items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);

async function houseWeather(arena: Arena, sky: Sky & HouseLog & { only: readonly string[] | null }): Promise<void> {
  const { random, isEnded, only, land } = sky;
  const isWanted = (fault: string) => only?.includes(fault) ?? true;
  const sudden = Object.entries(houseFaults).filter(([fault]) => isWanted(fault));
  let asleep: Slot | null = null;
  let awake = Promise.resolve();
  const someSlot = (): Slot => {
    const slots = arena.slots.filter((slot) => slot !== asleep);
    return pick(slots as [Slot, ...Slot[]], random);
  };
  const putToSleep = async () => {
    await awake;
    const slot = someSlot();
    asleep = slot;
    awake = sleepPastLease(slot, sky.kills).then(() => {
      asleep = null;
      land(longFault);
    });
  };
  while (!isEnded()) {
    await sleep(pauseMs.least + random() * pauseMs.span);
    // The long one first, and those behind it that may come while it lasts.
    if (isWanted(longFault)) await putToSleep();
    const [early, late] = [false, true].map((needsAwake) => sudden.filter(([, one]) => one.needsAwake === needsAwake));
    for (const [fault, { needsAwake, suffer }] of [...shuffled(early ?? [], random), ...shuffled(late ?? [], random)]) {
      if (isEnded()) break;
      await sleep(pauseMs.least + random() * pauseMs.span);
      if (needsAwake) await awake;
      if (await suffer(arena, someSlot(), sky)) land(fault);
    }
    if (sudden.length === 0) await awake;
  }
  await awake;
}

const pauseMs = { least: 200, span: 700 };

async function receiverWeather(receiver: Receiver, { random, isEnded, land }: Sky): Promise<void> {
  while (!isEnded()) {
    for (const fault of ['hang' as const, ...shuffled(receiverFaults.slice(1), random)]) {
      if (isEnded()) break;
      await sleep(300 + random() * 900);
      if (await sufferAt(receiver, fault)) land(labelOf(receiver, fault));
    }
  }
  receiver.script([]);
}

/** Between two outages the front channel gets what it missed. */
const recoversMs = 9_000;

async function frontWeather(
  { receivers }: Arena,
  { outages, isEnded, land }: Sky & { outages: Troubles['outages'][number][] },
) {
  const [front, spare] = (['front', 'spare'] as const).map((role) => receivers.find((one) => one.role === role));
  if (!front || !spare) return;
  while (!isEnded()) {
    await sleep(pauseMs.span);
    if (await outlastPatience(front, spare, outages)) land(frontFault);
    for (let waited = 0; waited < recoversMs && !isEnded(); waited += pauseMs.span) await sleep(pauseMs.span);
  }
}
