import { afterAll } from 'vitest';

/** Gives a stack for what `beforeAll` acquires: it is taken back last first, also when `beforeAll` failed half-way. */
export function undoAfterAll(): (step: () => unknown) => void {
  const steps: (() => unknown)[] = [];
  afterAll(async () => {
    for (const step of steps.reverse()) await step();
  });
  return (step) => void steps.push(step);
}
