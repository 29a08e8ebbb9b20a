/** Safeguards that `--sabotage` breaks, one at a time. */
export const sabotageNames = [
  'commit-before-send',
  'claim-removes-row',
  'lease-of-a-moment',
  'skip-seen',
  'decision-without-outbox',
  'random-retry-key',
  'no-fifo',
  'redis-without-disk',
] as const;
export type Sabotage = (typeof sabotageNames)[number];
