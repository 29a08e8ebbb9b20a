type Section = Record<string, unknown>;

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `over` laid upon `under`, key by key: what `over` says wins, lists and plain values are replaced, `null` removes what lies under
 * it. A mapping that names another `kind` or `type` takes the place of the whole one, since the keys of a kind fit no other.
 */
export function mergeSections(under: unknown, over: unknown): unknown {
  if (!isSection(under) || !isSection(over) || isAnother(under, over)) return over;
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    if (value === null && merged.has(key)) merged.delete(key);
    else merged.set(key, merged.has(key) ? mergeSections(merged.get(key), value) : value);
  }
  // Not by assignment: a key named __proto__ would then do more than stand there.
  return Object.fromEntries(merged);
}

const isAnother = (under: Section, over: Section): boolean =>
  ['kind', 'type'].some((key) => key in over && key in under && over[key] !== under[key]);
