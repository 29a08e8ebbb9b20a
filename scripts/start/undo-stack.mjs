import { say } from '../bootstrap/talk.mjs';

/** Steps that take back what was started, last first. One that fails is told and does not keep the others from running. */
export function createUndoStack() {
  const steps = [];
  return {
    push: (name, step) => steps.push({ name, step }),
    run: async () => {
      for (const { name, step } of steps.splice(0).reverse()) {
        try {
          await step();
        } catch (error) {
          say(`could not stop ${name}: ${error.message}`);
        }
      }
    },
  };
}
