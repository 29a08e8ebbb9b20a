/** What `atMost` gives when the time was over first. */
export const late = Symbol('late');

/** Waits for `work`, but no longer than `limitMs`; the work itself goes on. Rejects when it rejects in time. */
export async function atMost<T>(work: Promise<T>, limitMs: number): Promise<T | typeof late> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
