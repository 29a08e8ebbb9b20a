/**
 * What the guardian remembers between two looks: `faults[name] = {since, told: [channel]}` of what is gone, and `owed[channel] =
 * [{name, since, overAt}]`, recoveries that a channel has still to hear. Times are epoch ms.
 */
export const nothingKnown = { faults: {}, owed: {} };

/** The memory after a look that found `gone`. What is over is owed to every channel that was told of it, and to no other. */
export function afterLook(memory, gone, now) {
  const faults = {};
  for (const name of Object.keys(gone)) faults[name] = memory.faults[name] ?? { since: now, told: [] };
  const owed = structuredClone(memory.owed);
  for (const [name, { since, told }] of Object.entries(memory.faults)) {
    if (name in gone) continue;
    for (const channel of told) owed[channel] = [...(owed[channel] ?? []), { name, since, overAt: now }];
  }
  return { faults, owed };
}

/** What a channel has not heard yet: `raise` names of faults, `clear` recoveries. Null: nothing. */
export function dueFor(memory, channel) {
  const raise = Object.keys(memory.faults).filter((name) => !memory.faults[name].told.includes(channel));
  const clear = memory.owed[channel] ?? [];
  return raise.length + clear.length === 0 ? null : { raise, clear };
}

/** The memory once a channel has heard all that was due. */
export function heardBy(memory, channel, { raise }) {
  const { [channel]: _heard, ...owed } = memory.owed;
  const faults = Object.fromEntries(
    Object.entries(memory.faults).map(([name, fault]) => [
      name,
      raise.includes(name) ? { ...fault, told: [...fault.told, channel] } : fault,
    ]),
  );
  return { faults, owed };
}
