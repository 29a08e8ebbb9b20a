import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { createOneAtATime } from '@yoban/shared/one-at-a-time';
import type { PostedAlert } from '../core/alertmanager/posted-alert.ts';
import {
  fires,
  groupKey,
  noGroup,
  type OutsideAlert,
  type OutsideGroup,
  stepPosted,
} from '../core/alertmanager/step-posted.ts';
import type { StoreGuard } from '../store/store-guard.ts';
import type { EventIntake } from './event-intake.ts';
import type { ReadModel } from './read-model.ts';
import { outsideRow } from './remember.ts';

/** The alerts that senders in Alertmanager's API keep telling of. */
export interface OutsideAlerts {
  /** Tells the alerter what is new of it. Resolves when that is kept (see EventIntake); nothing is remembered of a post that failed. */
  post(alerts: readonly PostedAlert[]): Promise<void>;
  /** Everything that was posted and is remembered. */
  all(): OutsideAlert[];
}

interface OutsideDeps {
  model: ReadModel;
  store: StoreGuard;
  intake: EventIntake;
  /** Epoch ms. */
  now: () => number;
}

/** What its last end was is of use while somebody may still post an alert of an old start. */
const keptAfterEndMs = HOUR;
const groupsMax = 10_000;

export function createOutsideAlerts({ model, store, intake, now }: OutsideDeps): OutsideAlerts {
  const inTurn = createOneAtATime();
  let prunedAt = 0;
  const take = async (alerts: readonly PostedAlert[]) => {
    const at = now();
    const steps = [...Map.groupBy(alerts, groupKey)].map(([key, posted]) => ({
      key,
      ...stepPosted(model.outside.get(key) ?? noGroup, posted, at),
    }));
    await intake.take(steps.flatMap((step) => step.events));
    const gone = at - prunedAt < MINUTE ? [] : forgettable(model.outside, at);
    if (gone.length > 0 || at - prunedAt >= MINUTE) prunedAt = at;
    store.write(({ records }) => {
      for (const { key, group } of steps) records.put('outside', outsideRow(key, group));
      for (const key of gone) records.remove('outside', key);
    });
    for (const { key, group } of steps) model.outside.set(key, group);
    for (const key of gone) model.outside.delete(key);
  };
  return {
    // What a post means depends on what the one before it left.
    post: (alerts) => inTurn(() => take(alerts)),
    all: () => [...model.outside.values()].flatMap((group) => group.members),
  };
}

/** Groups in which nothing has fired for long, and the oldest of more than can be kept. */
function forgettable(groups: ReadonlyMap<string, OutsideGroup>, now: number): string[] {
  const byAge = [...groups].sort(([, a], [, b]) => outsideRow('', a).at - outsideRow('', b).at);
  return byAge.flatMap(([key, group], index) => {
    const tooMany = byAge.length - index > groupsMax;
    const quiet = !group.members.some((one) => fires(one, now)) && outsideRow(key, group).at + keptAfterEndMs < now;
    return tooMany || quiet ? [key] : [];
  });
}
