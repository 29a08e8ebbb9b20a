import type { Took } from '@yoban/shared/testing/own-time';
import type { PrivateRedis } from '@yoban/shared/testing/private-redis';
import type { FaultyApp } from './faulty-app.ts';
import type { ChaosKit } from './kit.ts';
import type { Place, PlaceKind } from './place.ts';
import type { Switches } from './switches.ts';
import type { BegunAction, KeptEvidence } from './watchdog-record.ts';

/** Everything a case can touch: app, supervisor and kit, all running and healthy when it begins. */
export interface Stage {
  app: FaultyApp;
  place: Place;
  kit: ChaosKit;
  /** Pid of the app before the fault. */
  pid: number;
  /** Waits until another process of the app than `not` answers; gives its pid. */
  back(not: number, withinMs: number): Promise<number>;
  /** Waits until so many messages of a level have arrived. */
  heard(level: string, count: number, withinMs: number): Promise<void>;
  /** Action starts that the watchdog wrote down, oldest first. */
  actions(): BegunAction[];
  /** What was kept before actions began, oldest first. */
  evidence(): KeptEvidence[];
  /** Faults of the guarded service, or another, that the watchdog has taken up now. */
  faults(service?: string): string[];
  /** Some fault has come to the end of what may be done. */
  halted(): boolean;
  /** Begins to measure what a bound is about; where a half does not, all of it counts. */
  startTook(): () => Took;
  /** Nothing is to happen for so long; fails at once when the app is started anew or an action begins. */
  untouched(forMs: number): Promise<void>;
}

/** Ends a wait for what must follow and never comes. What comes late is a miss by its bound, with its figure. */
export const neverMs = 60_000;

/** One half of a case. It throws when what must happen does not, or what must not happens. */
export interface ChaosHalf {
  what: string;
  /** May give the time (`Took`) that its bound is about, where that is not all of it; null where all of it is a wait of fixed length. */
  run(stage: Stage): Promise<unknown>;
  /** For this half only. */
  switches?: Partial<Switches>;
}

/** A fault with what must follow, and a twin that looks like it and must not be acted on. */
export interface ChaosCase {
  /** Its number in the list of faults; a letter behind it where one number has several forms. */
  n: string;
  /** Cheapest first. */
  on: readonly [PlaceKind, ...PlaceKind[]];
  /** From the fault to the end of what must follow. */
  boundMs: number;
  switches?: Partial<Switches>;
  /** The app has a database, which is backed up; three backups are there before the fault. */
  database?: boolean;
  /** The clock of the watchdog can be set (`kit.setClock`). Needs Debian's faketime. */
  clock?: boolean;
  /** What differs from the usual policy of the guarded service. */
  policy?: (app: FaultyApp, home: string) => object;
  /** Other services of the file beside the guarded one. */
  others?: (redis: PrivateRedis) => object;
  fault: ChaosHalf;
  twin: ChaosHalf;
}
