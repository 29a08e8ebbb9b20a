import type { Memory } from './alert-state.ts';
import { type DigestEntry, listed } from './digest-entry.ts';
import type { Holder } from './holder.ts';
import type { StepContext, StepReason } from './step.ts';

type Moment = Pick<StepContext, 'now' | 'policy'>;

/** T6: the raise of a WARNING is listed in the digests of this bucket. `at` is the source's own time. */
export const listing = (memory: Memory, at: number, { now, policy }: Moment): DigestEntry[] =>
  listed(memory.digest, { at, epoch: memory.epoch, channels: policy.routes.warning, now, windowMs: policy.windowMs });

/** A service whose route for warnings is empty has its WARNINGs on the page only. */
export const wasListed = ({ policy }: Moment): StepReason =>
  policy.routes.warning.length > 0 ? 'listed' : 'not_listed';

export const heldReason = (holder: Holder): StepReason => (holder.by === 'silence' ? 'silenced' : 'hidden_by_parent');
