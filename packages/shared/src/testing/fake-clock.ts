/** A clock that a test moves: epoch ms, starting where it is told. */
export interface FakeClock {
  now(): number;
  advance(ms: number): void;
  set(epochMs: number): void;
}

/** Starts at 2026-03-11 15:30:00 JST unless told otherwise. */
export function createFakeClock(startMs = Date.parse('2026-03-11T06:30:00.000Z')): FakeClock {
  let current = startMs;
  return {
    now: () => current,
    advance: (ms) => {
      current += ms;
    },
    set: (epochMs) => {
      current = epochMs;
    },
  };
}
