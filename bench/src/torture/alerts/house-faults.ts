import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from '../../../../apps/alerter/src/on-step.ts';
import type { Arena, Slot } from './arena.ts';
import type { Kill, Troubles } from './expected.ts';

const steps = ['decided', 'written', 'claimed', 'sent', 'settled'] as const satisfies readonly Step[];

/** What the house suffers is noted here, for the judge. */
export interface HouseLog {
  random: () => number;
  kills: Kill[];
  redisAway: Troubles['redisAway'][number][];
}

export interface HouseFault {
  /** True where each alerter has to be awake: one that sleeps holds the door, and cannot be seen to die. */
  needsAwake: boolean;
  /** True when it has landed. `slot` is an alerter that is awake. */
  suffer(arena: Arena, slot: Slot, log: HouseLog): Promise<boolean>;
}

const shortly = (suffer: HouseFault['suffer']): HouseFault => ({ needsAwake: false, suffer });
const awake = (suffer: HouseFault['suffer']): HouseFault => ({ needsAwake: true, suffer });

/** Long enough that programs go to the alerter's door, and the alerter past Redis. */
const redisGoneMs = 8_000;
const landLimitMs = 6_000;
/** Longer than the lease of 15 s by a mail or two: who slept that long must find that it owns nothing any more. */
const stopMs = 17_500;

export const houseFaults: Readonly<Record<string, HouseFault>> = {
  ...Object.fromEntries(
    steps.map((step): [string, HouseFault] => [
      `kill at ${step}`,
      shortly((_, slot, { random, kills }) => killAt(slot, { step, passes: 1 + Math.floor(random() * 4) }, kills)),
    ]),
  ),
  'kill anywhere': shortly((_, slot, { kills }) => killNow([slot], kills)),
  'kill both': awake(({ slots }, _, { kills }) => killNow(slots, kills)),
  'kill redis': shortly((arena, _, log) => killRedis(arena, log, () => sleep(log.random() * 800))),
  'stop redis': shortly((arena, _, log) => stopRedis(arena, log, 500 + log.random() * 2_000)),
  'redis away': awake((arena, _, log) => killRedis(arena, log, () => sleep(redisGoneMs))),
  'redis stopped for long': awake((arena, _, log) => stopRedis(arena, log, redisGoneMs)),
  'kill both while redis is away': awake((arena, _, log) =>
    killRedis(arena, log, async () => {
      await sleep(redisGoneMs / 2);
      await killNow(arena.slots, log.kills);
      await sleep(1_000);
    }),
  ),
};

async function killRedis({ redis }: Arena, { redisAway }: HouseLog, meanwhile: () => Promise<void>): Promise<boolean> {
  const span = { from: Date.now(), to: Number.POSITIVE_INFINITY, killed: true };
  redisAway.push(span);
  await redis.kill('SIGKILL');
  await meanwhile();
  await redis.start();
  span.to = Date.now();
  return true;
}

async function stopRedis({ redis }: Arena, { redisAway }: HouseLog, forMs: number): Promise<boolean> {
  const span = { from: Date.now(), to: Number.POSITIVE_INFINITY, killed: false };
  redisAway.push(span);
  process.kill(redis.pid, 'SIGSTOP');
  await sleep(forMs);
  process.kill(redis.pid, 'SIGCONT');
  span.to = Date.now();
  return true;
}

export async function sleepPastLease(slot: Slot, kills: Kill[]): Promise<void> {
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
