import { longFault } from './long-fault.ts';

const killSteps = ['kill at decided', 'kill at claimed', 'kill at sent', 'kill anywhere'];

/** Safeguards that `--sabotage` breaks, one at a time, each with the faults of the house that it is there for: one of them lands within seconds. */
const faults = {
  'lease-of-a-moment': killSteps,
  'commit-before-send': ['kill at claimed'],
  'claim-removes-row': ['kill at claimed', 'kill at sent'],
  'skip-seen': killSteps,
  'decision-without-outbox': ['kill at decided'],
  'random-retry-key': ['kill at sent'],
  'no-fifo': killSteps,
  'redis-without-disk': ['kill redis'],
  'sleeper-goes-on': [longFault],
  'ack-forgotten': [],
  'silence-forgotten': [],
  'silence-without-end': [],
  'door-without-disk': ['kill both while redis is away'],
  'direct-waits': ['redis away'],
  'direct-told-again': ['redis away'],
  'no-fallback': [],
  'no-collapse': [],
} as const satisfies Record<string, readonly string[]>;

export type Sabotage = keyof typeof faults;
export const sabotageNames = Object.keys(faults) as Sabotage[];

export const faultsFor = (sabotage: Sabotage): readonly string[] => faults[sabotage];
