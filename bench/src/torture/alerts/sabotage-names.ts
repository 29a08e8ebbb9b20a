/** Safeguards that `--sabotage` breaks, one at a time. */
export const sabotageNames = [
  'lease-of-a-moment',
  'commit-before-send',
  'claim-removes-row',
  'skip-seen',
  'decision-without-outbox',
  'random-retry-key',
  'no-fifo',
  'redis-without-disk',
] as const;
export type Sabotage = (typeof sabotageNames)[number];

const killSteps = ['kill at decided', 'kill at claimed', 'kill at sent', 'kill anywhere'];

/** What the safeguard is there for: faults of which one lands within seconds. */
export const faultsFor = (sabotage: Sabotage): readonly string[] =>
  sabotage === 'redis-without-disk' ? ['kill redis'] : killSteps;
