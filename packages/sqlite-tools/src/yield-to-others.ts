import { constants, setPriority } from 'node:os';

/** Lets the guarded application have the processor first. For a child, at the start of work that nobody waits on a lock for. */
export function yieldToOthers(): void {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}
