import { z } from 'zod';
import type { Refusal } from './engine-call.ts';

export type Query = ReadonlyMap<string, string>;

/** The parameters of a query, each at most once and none but `known`. */
export function readQuery(text: string, known: readonly string[]): Query | Refusal {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (!known.includes(name)) return { reason: 'query', detail: 'a parameter of the query is not passed on' };
    if (query.has(name)) return { reason: 'query', detail: `${name} stands twice in the query` };
    query.set(name, value);
  }
  return query;
}

/** As the engine reads truth; null for anything else. */
export function readFlag(text: string | undefined): boolean | null {
  if (text === undefined || ['', '0', 'false', 'False'].includes(text)) return false;
  return ['1', 'true', 'True'].includes(text) ? true : null;
}

const longestStopS = 600;

/** Seconds to wait before the engine kills. No minus: -1 would be for ever. */
export const isTimeout = (text: string): boolean => /^\d{1,3}$/.test(text) && Number(text) <= longestStopS;

const Names = z.array(z.string().min(1).max(256)).max(10);

/** The engine's two spellings of a set: a list, and a mapping to true. */
const NameSet = z.union([Names, z.record(z.string(), z.boolean()).transform(Object.keys).pipe(Names)]);

/** `type` and `event` are taken and replaced by ours; a key that we would have to leave out is refused, for it would widen the answer. */
const Filters = z.strictObject({ label: NameSet.default([]), type: NameSet.optional(), event: NameSet.optional() });

/** The labels that a caller asks for on top of ours. */
export function readLabels(text: string | undefined): string[] | Refusal {
  if (text === undefined || text === '') return [];
  try {
    const filters = Filters.safeParse(JSON.parse(text));
    if (filters.success) return filters.data.label;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { reason: 'filters', detail: 'filters is JSON with at most 10 labels; other filters are not passed on' };
}
