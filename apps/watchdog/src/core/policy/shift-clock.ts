import type { PolicyState } from './policy-state.ts';

/** Moves every moment in a state by so much: numbers named `at`, `until`, `…At` or `…Since`, and the starts. Ages stay. */
export function shiftClock(state: PolicyState, byMs: number): PolicyState {
  const starts = Object.entries(state.starts).map(([name, list]) => [name, list.map((at) => at + byMs)] as const);
  return { ...shifted(state, byMs), starts: Object.fromEntries(starts) };
}

/** The shape stays; only numbers under such a name change. */
function shifted<T>(value: T, byMs: number): T;
function shifted(value: unknown, byMs: number): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => shifted(one, byMs));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => {
      const isMoment = typeof one === 'number' && /^(at|until)$|(At|Since)$/.test(key);
      return [key, isMoment ? one + byMs : shifted(one, byMs)];
    }),
  );
}
