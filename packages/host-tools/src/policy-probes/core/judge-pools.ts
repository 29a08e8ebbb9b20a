import { z } from 'zod';
import { bad, good, inWords, type Verdict } from '../verdict.ts';

/** pgbouncer's own console; not a pool of anybody's. */
const consoleName = 'pgbouncer';
const count = z.coerce.number().default(0);

/** Rows of SHOW POOLS, of the columns that every version since 1.5 has. */
export const PoolRow = z.object({
  database: z.string(),
  user: z.string(),
  cl_waiting: count,
  sv_active: count,
  sv_idle: count,
  sv_used: count,
  maxwait: count,
});
type PoolRow = z.infer<typeof PoolRow>;

/** Rows of SHOW DATABASES. */
export const PoolDatabaseRow = z.object({ name: z.string(), pool_size: count, paused: count, disabled: count });
type PoolDatabaseRow = z.infer<typeof PoolDatabaseRow>;

export interface PoolQuestion {
  /** Null: every pool. */
  database: string | null;
  /** Clients that may wait for a connection. */
  maxWaiting: number;
}

/** Whether pgbouncer has connections to give (P1): none paused or switched off, nobody waits who should not. */
export function judgePools(
  pools: readonly PoolRow[],
  databases: readonly PoolDatabaseRow[],
  { database, maxWaiting }: PoolQuestion,
): Verdict {
  const asked = (name: string) => name !== consoleName && (database === null || name === database);
  const known = databases.filter(({ name }) => asked(name));
  if (database !== null && known.length === 0) return bad(`pgbouncer knows no database "${database}"`);
  const stopped = known.find(({ paused, disabled }) => paused > 0 || disabled > 0);
  if (stopped) {
    const [state, way] = stopped.disabled > 0 ? ['disabled', 'ENABLE'] : ['paused', 'RESUME'];
    return bad(`the pool of ${stopped.name} is ${state} (${way} ${stopped.name} ends that)`);
  }
  const own = pools.filter((pool) => asked(pool.database));
  const waiting = own.reduce((sum, pool) => sum + pool.cl_waiting, 0);
  const measured = { value: waiting, unit: 'count' } as const;
  const [worst] = own.toSorted((a, b) => b.cl_waiting - a.cl_waiting);
  if (!worst) return good('no pool is in use', measured);
  const inUse = `${worst.sv_active} of ${sizeOf(worst, known)} connections in use`;
  if (waiting > maxWaiting) {
    const longest = inWords(Math.max(...own.map((pool) => pool.maxwait)) * 1_000);
    const told = `pool exhausted: ${waiting} clients wait, the longest for ${longest}`;
    return bad(`${told}; ${worst.database}/${worst.user} has ${inUse}`, measured);
  }
  return good(`${worst.database}/${worst.user}: ${inUse}, ${waiting} clients wait`, measured);
}

function sizeOf(pool: PoolRow, databases: readonly PoolDatabaseRow[]): number {
  const size = databases.find(({ name }) => name === pool.database)?.pool_size ?? 0;
  return Math.max(size, pool.sv_active + pool.sv_idle + pool.sv_used);
}
