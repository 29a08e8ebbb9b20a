/** What a run has to show happened, beside the faults that landed. */
export const deeds = [
  'acknowledged',
  'hidden by a silence',
  'told when its silence ended',
  'recovered through a silence',
  'taken at the door',
  'told past Redis',
  'fallen back',
  'collapsed',
] as const;
export type Deed = (typeof deeds)[number];

export interface Verdict {
  /** Notices judged: one for each message that had to arrive at one receiver. */
  due: number;
  lost: string[];
  outOfOrder: string[];
  /** Messages that people got once more, on receivers without keys. */
  repeats: number;
  /** How many of them the kills and the unanswered requests allow. */
  repeatsAllowed: number;
  /** Repeats that no kill and no unanswered request explains. */
  unexcused: string[];
  acceptedTwice: string[];
  /** Events told past Redis and by the outbox, where the answer to their decision was lost with Redis. */
  toldBothWays: Set<string>;
  /** Told otherwise than decided: a raise told twice, a count that does not add up. */
  wrong: string[];
  deeds: Map<Deed, number>;
}

export const newVerdict = (): Verdict => ({
  due: 0,
  lost: [],
  outOfOrder: [],
  repeats: 0,
  repeatsAllowed: 0,
  unexcused: [],
  acceptedTwice: [],
  toldBothWays: new Set(),
  wrong: [],
  deeds: new Map(),
});

export function did(verdict: Verdict, deed: Deed): void {
  verdict.deeds.set(deed, (verdict.deeds.get(deed) ?? 0) + 1);
}

/** Faults that no later message can mend. */
export const definiteFaults = (verdict: Verdict): string[] => [
  ...verdict.outOfOrder,
  ...verdict.unexcused,
  ...verdict.acceptedTwice,
  ...verdict.wrong,
];
