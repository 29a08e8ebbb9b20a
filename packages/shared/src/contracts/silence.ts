import { z } from 'zod';
import { IsoTime } from './time.ts';

const patternMaxChars = 256;
const repeatsMax = 3;

/** Why a pattern is not taken, or null. A pattern is matched in the alerter against text from outside, so it must not be able to take long. */
export function patternProblem(pattern: string): string | null {
  if (pattern.length > patternMaxChars) return `a pattern has at most ${patternMaxChars} characters`;
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  // Escapes and classes count as one sign; what is left shows groups and repeats as they are.
  const bare = pattern.replace(/\\u\{[^}]*\}|\\[pP]\{[^}]*\}|\\./gu, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/\)[*+?{]/.test(bare)) return 'a group cannot be repeated';
  const repeats = bare.replaceAll('(?', '(').match(/[*+?]|\{/g)?.length ?? 0;
  return repeats > repeatsMax ? `at most ${repeatsMax} repeats (* + ? {}) in one pattern` : null;
}

/**
 * One condition of a silence. `name` is `service`, `alertType` (or `alertname`), `level` (or `severity`), or a label of the event;
 * a label that is not there counts as empty. A pattern must match the whole value, as in Alertmanager.
 */
export const SilenceMatcher = z
  .strictObject({
    name: z.string().min(1).max(200),
    value: z.string().max(1_000),
    isRegex: z.boolean().default(false),
    isEqual: z.boolean().default(true),
  })
  .superRefine(({ value, isRegex }, context) => {
    const problem = isRegex ? patternProblem(value) : null;
    if (problem !== null) context.addIssue({ code: 'custom', path: ['value'], message: problem });
  });
export type SilenceMatcher = z.infer<typeof SilenceMatcher>;

/**
 * Holds back the raises of what all its matchers match, from `startsAt` until before `endsAt`; a recovery of what was announced
 * passes (A7). A maintenance window is a silence made ahead. One with a known id replaces it, as long as that is not over.
 */
export const Silence = z
  .strictObject({
    id: z.string().min(1).max(100),
    matchers: z.array(SilenceMatcher).min(1).max(20),
    startsAt: IsoTime,
    endsAt: IsoTime,
    createdBy: z.string().min(1).max(200),
    comment: z.string().max(1_000),
  })
  .refine(({ startsAt, endsAt }) => Date.parse(startsAt) < Date.parse(endsAt), {
    path: ['endsAt'],
    message: 'a silence ends after it starts',
  });
export type Silence = z.infer<typeof Silence>;

export const SilenceState = z.enum(['pending', 'active', 'expired']);
export type SilenceState = z.infer<typeof SilenceState>;

/** A silence as people are shown it; `updatedAt` is when the alerter told its newest change. */
export const SilenceView = Silence.safeExtend({ state: SilenceState, updatedAt: IsoTime });
export type SilenceView = z.infer<typeof SilenceView>;
