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

/** One after the other, whoever asks. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}
