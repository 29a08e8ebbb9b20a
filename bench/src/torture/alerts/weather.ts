import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeStep } from '@yoban/shared/testing/fake-script';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { Step } from '../../../../apps/alerter/src/on-step.ts';
import { pick } from '../../harness/random.ts';
import type { Arena, Slot } from './arena.ts';
import type { Kill, Troubles } from './judge.ts';
import type { Receiver } from './receivers.ts';

const steps = ['decided', 'written', 'claimed', 'sent', 'settled'] as const satisfies readonly Step[];
type Span = Troubles['redisAway'][number];

/** The fault that lasts; the others are over at once. */
const longFault = 'stop past a lease';

type Suffer = (arena: Arena, slot: Slot, sky: HouseSky) => Promise<boolean>;

/** What may befall the house at once; true when it has landed. `slot` is one that is awake. */
const suddenFaults: Readonly<Record<string, Suffer>> = {
  ...Object.fromEntries(
    steps.map((step): [string, Suffer] => [
      `kill at ${step}`,
      (_, slot, { random, kills }) => killAt(slot, { step, passes: 1 + Math.floor(random() * 4) }, kills),
    ]),
  ),
  'kill anywhere': (_, slot, { kills }) => killNow([slot], kills),
  'kill both': ({ slots }, _, { kills }) => killNow(slots, kills),
  'kill redis': async ({ redis }, _, { random, redisAway }) => {
    const from = Date.now();
    await redis.kill('SIGKILL');
    await sleep(random() * 800);
    await redis.start();
    redisAway.push({ from, to: Date.now() });
    return true;
  },
  'stop redis': async ({ redis }, _, { random, redisAway }) => {
    const from = Date.now();
    process.kill(redis.pid, 'SIGSTOP');
    await sleep(500 + random() * 2_000);
    process.kill(redis.pid, 'SIGCONT');
    redisAway.push({ from, to: Date.now() });
    return true;
  },
};
const receiverFaults = ['hang', 'busy', 'reset after accept', 'outage'] as const;
type ReceiverFault = (typeof receiverFaults)[number];

/** Longer than the lease of 15 s: who slept that long must find that it owns nothing any more. */
const stopMs = 16_500;
const landLimitMs = 6_000;
const outageMs = 1_500;

export interface Weather {
  troubles: Troubles;
  /** How often each kind of fault has landed. */
  landed: Map<string, number>;
  /** No new fault begins; resolves when everybody is up again. */
  calm(): Promise<void>;
  /** Every kind has come at least once. */
  isComplete(): boolean;
}

const labelOf = (receiver: Receiver, fault: ReceiverFault): string => `${fault} of ${receiver.kind}`;

/** Every kind of fault a run promises. */
export const promisedFaults = (receivers: readonly Receiver[]): string[] => [
  longFault,
  ...Object.keys(suddenFaults),
  ...receivers.flatMap((receiver) => receiverFaults.map((fault) => labelOf(receiver, fault))),
];

/** Kills, stops and cuts whatever there is, each kind once before any comes again. With `only`, the house suffers nothing else. */
export function startWeather(arena: Arena, random: () => number, only: readonly string[] | null): Weather {
  const troubles = { kills: [] as Kill[], redisAway: [] as Span[] };
  const landed = new Map<string, number>();
  let ended = false;
  const land = (label: string) => void landed.set(label, (landed.get(label) ?? 0) + 1);
  const house = houseWeather(arena, { ...troubles, random, only, isEnded: () => ended, land });
  const receivers = arena.receivers.map((receiver) =>
    receiverWeather(receiver, { random, isEnded: () => ended, land }),
  );
  const promised = promisedFaults(arena.receivers);
  return {
    troubles,
    landed,
    calm: async () => {
      ended = true;
      await Promise.all([house, ...receivers]);
    },
    isComplete: () => promised.every((label) => landed.has(label)),
  };
}

interface Sky {
  random: () => number;
  isEnded: () => boolean;
  land: (label: string) => void;
}

const shuffled = <T>(items: readonly T[], random: () => number): T[] =>
  items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);

interface HouseSky extends Sky {
  kills: Kill[];
  redisAway: Span[];
}

async function houseWeather(arena: Arena, sky: HouseSky & { only: readonly string[] | null }): Promise<void> {
  const { random, isEnded, only, land } = sky;
  const sudden = Object.entries(suddenFaults).filter(([fault]) => only?.includes(fault) ?? true);
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
    // The long one first, so that the others come while it lasts.
    if (only === null) await putToSleep();
    for (const [fault, suffer] of shuffled(sudden, random)) {
      if (isEnded()) break;
      await sleep(200 + random() * 700);
      // A process that sleeps cannot be seen to die of this.
      if (fault === 'kill both') await awake;
      if (await suffer(arena, someSlot(), sky)) land(fault);
    }
  }
  await awake;
}

async function sleepPastLease(slot: Slot, kills: Kill[]): Promise<void> {
  const kill = { from: Date.now(), to: Number.POSITIVE_INFINITY, alerters: 1 };
  kills.push(kill);
  slot.child.signal('SIGSTOP');
  await sleep(stopMs);
  slot.child.signal('SIGCONT');
  kill.to = Date.now();
}

async function killNow(slots: readonly Slot[], kills: Kill[]): Promise<boolean> {
  const from = Date.now();
  for (const { child } of slots) child.signal('SIGKILL');
  await Promise.all(slots.map(({ child }) => child.exited));
  kills.push({ from, to: Date.now(), alerters: slots.length });
  await Promise.all(slots.map((slot) => slot.restart()));
  return true;
}

async function killAt(slot: Slot, order: Parameters<Slot['child']['order']>[0], kills: Kill[]): Promise<boolean> {
  const { child } = slot;
  child.order(order);
  const died = await Promise.race([child.exited.then(() => true), sleep(landLimitMs, false)]);
  if (!died) {
    child.order(null);
    return false;
  }
  kills.push({ from: Date.now(), to: Date.now(), alerters: 1 });
  await slot.restart();
  return true;
}

const busyBody = JSON.stringify({ error: 'rate_limited', retry_after: 1, parameters: { retry_after: 1 } });

const scripts: Record<ReceiverFault, (receiver: Receiver) => readonly FakeStep[]> = {
  hang: () => [{ do: 'hang' }],
  busy: ({ kind }) => [
    { do: 'reply', status: kind === 'smtp' ? 451 : 429, headers: { 'retry-after': '1' }, body: busyBody, times: 3 },
  ],
  'reset after accept': () => [{ do: 'reset-after-accept', times: 2 }],
  outage: () => [{ do: 'outage' }],
};
const logged = { hang: 'hang', busy: 'reply', 'reset after accept': 'reset-after-accept' } as const;

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

async function sufferAt(receiver: Receiver, fault: ReceiverFault): Promise<boolean> {
  if (fault === 'outage') {
    receiver.script(scripts.outage(receiver));
    await sleep(outageMs);
    receiver.script([]);
    return true;
  }
  const before = receiver.scripted(logged[fault]);
  receiver.script(scripts[fault](receiver));
  try {
    await waitFor(fault, () => receiver.scripted(logged[fault]) > before, landLimitMs);
    return true;
  } catch {
    // Nothing was sent there meanwhile: the fault did not land, and is not counted.
    return false;
  }
}
