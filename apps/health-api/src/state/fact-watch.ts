/** Lets a request wait for what its command leads to. */
export interface FactWatch {
  /** A fact was taken. */
  told(): void;
  /** Resolves to true as soon as the probe says so, asked now and after every fact; to false when the time is over first. */
  until(probe: () => boolean, limitMs: number): Promise<boolean>;
}

export function createFactWatch(): FactWatch {
  const waiting = new Set<() => void>();
  return {
    told: () => {
      for (const look of [...waiting]) look();
    },
    until: (probe, limitMs) => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const timer = setTimeout(() => end(false), limitMs);
      const end = (found: boolean) => {
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      const look = () => {
        if (probe()) end(true);
      };
      waiting.add(look);
      look();
      return promise;
    },
  };
}
