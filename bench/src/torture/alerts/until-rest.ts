import { setTimeout as sleep } from 'node:timers/promises';

/** What there is left to do, by kind. */
export type Rest = Record<string, number>;

export const isAtRest = (rest: Rest): boolean => Object.values(rest).every((count) => count === 0);

export interface RestOptions {
  /** What the alerters have still to do. */
  left: () => Promise<Rest>;
  /** How many messages the receivers have taken. */
  taken: () => number;
  /** Something is wrong that no waiting mends. */
  isHopeless: () => boolean;
  now?: () => number;
  pause?: (ms: number) => Promise<unknown>;
}

const lookEveryMs = 1_000;
/** Leases of 15 s, locks of 20 s and waits of up to a minute may follow each other; where nothing has moved for longer, nothing will. */
const stillMs = 150_000;
/** A machine that crawls may need many times what a quiet one does, but what turns in a circle moves too. */
const limitMs = 1_800_000;
/** What was sent last is in a receiver's log a moment later. */
const quietLooks = 3;

/** Waits until nothing is left to do, for as long as something moves: less is left than ever, or more has arrived. Resolves to what is left. */
export async function untilRest({ left, taken, isHopeless, now = clock, pause = sleep }: RestOptions): Promise<Rest> {
  const began = now();
  let quiet = 0;
  let moved = { at: began, least: Number.POSITIVE_INFINITY, most: -1 };
  for (;;) {
    // Redis may need a moment to come back.
    const rest = await left().catch((): Rest => ({ 'answers of Redis missing': 1 }));
    quiet = isAtRest(rest) ? quiet + 1 : 0;
    const sum = Object.values(rest).reduce((total, count) => total + count, 0);
    const arrived = taken();
    if (sum < moved.least || arrived > moved.most) {
      moved = { at: now(), least: Math.min(sum, moved.least), most: Math.max(arrived, moved.most) };
    }
    const isOver = now() - moved.at > stillMs || now() - began > limitMs;
    if (quiet >= quietLooks || isOver || isHopeless()) return rest;
    await pause(lookEveryMs);
  }
}

const clock = () => performance.now();
