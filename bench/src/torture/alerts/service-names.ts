const named = (letter: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${letter}${n}`);

/** Services whose window is short (see arena.ts), so that a run has many of them. */
export const windowedServices: readonly string[] = named('w', 2);
/** The same, with WARNINGs. */
export const warnedServices: readonly string[] = named('v', 2);
/** The same, each for one alert that somebody acknowledges. */
export const ackedServices: readonly string[] = named('a', 400);
/** Each for one alert over the channel that is out for long. */
export const fallenServices: readonly string[] = named('f', 400);
