/** Does every job, so many at a time, in their order of beginning. The results stand in the order of the jobs. */
export async function inLanes<Job, Result>(
  jobs: readonly Job[],
  laneCount: number,
  work: (job: Job) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < jobs.length; at = next++) results[at] = await work(jobs[at] as Job);
  };
  await Promise.all(Array.from({ length: laneCount }, lane));
  return results;
}

/** At most so many at a time, whoever asks; who asked first begins first. */
export function createTurns(atATime: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = atATime;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
