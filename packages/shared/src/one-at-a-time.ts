/** Runs jobs one after another in the order they came; gives each one's own outcome. */
export type OneAtATime = <T>(job: () => Promise<T>) => Promise<T>;

/** A line of its own. A job that fails does not keep the next from running. */
export function createOneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const mine = last.then(job, job);
    last = mine;
    return mine;
  };
}
