import type { Character, GameState } from './report-body.ts';

/**
 * What the host passes in is checked here, since one wrong value would make the kit refuse the whole report (its schema is strict)
 * and the host must never see an exception for it (H4). `undefined` = not usable.
 */
export const asAmount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? microRounded(value) : undefined;

export const asSigned = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? microRounded(value) : undefined;

export const asCount = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Milliseconds since the epoch or null; undefined when it is neither, or no date that ISO text with four digits can say. */
export function asInstant(value: unknown): number | null | undefined {
  if (value === null) return null;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return value >= 0 && value < Date.UTC(10_000, 0) ? value : undefined;
}

export function asOneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((word) => word === value);
}

export function asGame(value: unknown): GameState | undefined {
  if (!isRecord(value)) return undefined;
  const cycle = asCount(value.cycle);
  const day = asCount(value.day);
  const lastCycleAt = asInstant(value.lastCycleAt);
  const cycleMs = asAmount(value.cycleMs);
  if (cycle === undefined || day === undefined || lastCycleAt === undefined || !cycleMs) return undefined;
  const listed: unknown[] = Array.isArray(value.characters) ? value.characters.slice(0, 50) : [];
  const characters = listed.map(asCharacter).filter((character) => character !== undefined);
  return { cycle, day, lastCycleAt, cycleMs, characters };
}

function asCharacter(value: unknown): Character | undefined {
  if (!isRecord(value) || typeof value.name !== 'string' || value.name === '') return undefined;
  const activity = typeof value.activity === 'string' ? value.activity.slice(0, 200) : '';
  const character: Character = { name: value.name.slice(0, 80), activity };
  const mood = asAmount(value.mood);
  if (mood !== undefined) character.mood = Math.min(100, mood);
  return character;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

// Three digits are a microsecond: enough for a duration, and it keeps a report's text a third of its size.
const largestRounded = Number.MAX_SAFE_INTEGER / 1_000;

/** Beyond the range of whole thousandths there is nothing to round, and the product could become infinite. */
export const microRounded = (value: number): number =>
  Math.abs(value) > largestRounded ? value : Math.round(value * 1_000) / 1_000;
