/** Labelled steps at which a proof may end the process; nothing happens there in production. */
export type Step = 'decided' | 'written' | 'claimed' | 'sent' | 'settled';
export type OnStep = (step: Step) => void | Promise<void>;

export const noStep: OnStep = () => undefined;
