import fc from 'fast-check';
import type { Mood } from './simulated-channels.ts';

/** What may happen to an alerter and its surroundings. Faults are what a run without them leaves out (I8). */
export type ModelCommand =
  | { do: 'raise'; type: string }
  /** With an end that its source gives, so many seconds from now. */
  | { do: 'raise-until'; type: string; seconds: number }
  | { do: 'warn'; type: string }
  | { do: 'clear'; type: string }
  | { do: 'race' | 'burst'; type: string }
  | { do: 'info' }
  | { do: 'ack' | 'unack'; type: string }
  /** `type` null: everything. Each slot holds one silence at a time. */
  | { do: 'silence'; slot: string; type: string | null; inSeconds: number; seconds: number }
  | { do: 'unsilence'; slot: string }
  /** `watched`: the alerters do what falls due on the way; else nobody runs meanwhile. */
  | { do: 'advance'; seconds: number; watched: boolean }
  | { do: 'deliver'; limit: number }
  | { do: 'tick' }
  | Fault;

type Fault =
  | { do: 'mood'; channel: string; mood: Mood }
  | { do: 'die'; afterSend: boolean }
  | { do: 'crash'; step: 'decided' | 'written' }
  | { do: 'alerters'; count: number };

const faults = new Set<ModelCommand['do']>(['mood', 'die', 'crash', 'alerters']);
export const isFault = (command: ModelCommand): command is Fault => faults.has(command.do);

export const criticals = ['x', 'y', 'child'] as const;
export const warnings = ['w', 'v', 'x'] as const;
export const types = ['x', 'y', 'child', 'w', 'v'] as const;

const critical = fc.constantFrom(...criticals);
const warning = fc.constantFrom(...warnings);
const any = fc.constantFrom(...types);
const slot = fc.constantFrom('s1', 's2');
const is = <D extends ModelCommand['do']>(word: D) => fc.constant(word);

export const modelCommand: fc.Arbitrary<ModelCommand> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: is('raise'), type: critical }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: is('raise-until'), type: critical, seconds: fc.constantFrom(-5, 60, 1_000) }),
  },
  { weight: 4, arbitrary: fc.record({ do: is('warn'), type: warning }) },
  { weight: 5, arbitrary: fc.record({ do: is('clear'), type: any }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('race' as const, 'burst' as const), type: critical }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'info' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('ack' as const, 'ack' as const, 'unack' as const), type: critical }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is('silence'),
      slot,
      type: fc.option(any),
      inSeconds: fc.constantFrom(0, 0, 300),
      seconds: fc.constantFrom(100, 900, 3_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('unsilence'), slot }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: is('advance'),
      seconds: fc.constantFrom(1, 20, 200, 300, 899, 900, 2_000),
      watched: fc.boolean(),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: is('deliver'), limit: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'tick' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('mood'),
      channel: fc.constantFrom('slack', 'mail', 'pager'),
      mood: fc.constantFrom<Mood[]>('ok', 'down', 'busy', 'taken-unanswered'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('die'), afterSend: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: is('crash'), step: fc.constantFrom('decided' as const, 'written' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('alerters'), count: fc.integer({ min: 1, max: 3 }) }) },
);
