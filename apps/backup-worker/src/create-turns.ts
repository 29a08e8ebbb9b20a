/**
 * Runs jobs one after another in the order they came. One for the whole process: backups of one database must not overlap, and
 * a small box carries one copying child at a time beside the application it guards.
 */
export function createTurns(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(job: () => Promise<T>): Promise<T> => {
    const mine = last.then(job, job);
    last = mine;
    return mine;
  };
}
