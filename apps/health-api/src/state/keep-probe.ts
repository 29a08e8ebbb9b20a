import type { CheckOf } from '@yoban/shared/contracts/check';
import type { ServiceState } from './read-model.ts';

/** Of a probe that is no longer in the file nobody hears anything new: it would be shown as stale for ever. */
export function keepProbe(state: ServiceState, result: CheckOf<'probe'>): void {
  if (state.settings.probes.some(({ name }) => name === result.name)) state.probes.set(result.name, result);
}
