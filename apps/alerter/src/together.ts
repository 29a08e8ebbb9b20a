/**
 * Makes single tasks one: what comes while others are being done waits for them and is then done as one list, in the order it came.
 * So a storm costs one round trip and one write of the disk for many, and a single task waits for nothing.
 */
export function createTogether<T, R>(doAll: (items: readonly T[]) => Promise<readonly R[]>, most: number) {
  type Waiting = { item: T; resolve: (result: R) => void; reject: (error: unknown) => void };
  const waiting: Waiting[] = [];
  let running = false;

  const doSome = async (some: readonly Waiting[]): Promise<void> => {
    try {
      const results = await doAll(some.map(({ item }) => item));
      some.forEach(({ resolve, reject }, at) => {
        const result = results[at];
        if (result === undefined) reject(new Error('an answer is missing'));
        else resolve(result);
      });
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  };
  const run = async (): Promise<void> => {
    while (waiting.length > 0) await doSome(waiting.splice(0, most));
    running = false;
  };
  return (item: T): Promise<R> => {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    waiting.push({ item, resolve, reject });
    if (!running) {
      running = true;
      // A turn later, so that what comes in this one is there too.
      setImmediate(() => void run());
    }
    return promise;
  };
}
