import { clock } from './cases/clock.ts';
import { crash } from './cases/crash.ts';
import { daemon } from './cases/daemon.ts';
import { database } from './cases/database.ts';
import { futile } from './cases/futile.ts';
import { hang } from './cases/hang.ts';
import { held } from './cases/held.ts';
import { kick } from './cases/kick.ts';
import { kit } from './cases/kit.ts';
import { loop } from './cases/loop.ts';
import { resources } from './cases/resources.ts';
import type { ChaosCase } from './chaos-case.ts';

/** Of `23b` it is 23. */
export const numberOf = ({ n }: ChaosCase): number => Number.parseInt(n, 10);

/** Every case there is, by its number. */
export const allCases: readonly ChaosCase[] = [
  ...crash,
  ...hang,
  ...held,
  ...loop,
  ...futile,
  ...resources,
  ...database,
  ...kit,
  ...daemon,
  ...clock,
  ...kick,
].sort((one, other) => numberOf(one) - numberOf(other) || one.n.localeCompare(other.n));
