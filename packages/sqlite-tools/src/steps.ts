/** A labelled step of a job has just been passed. No-op in production; torture kills or fails there. */
export type OnStep<Step extends string> = (step: Step) => void | Promise<void>;

export const noStep = (): void => undefined;
