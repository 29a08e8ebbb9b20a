import { setTimeout as sleep } from 'node:timers/promises';
import type { FakeStep } from '@yoban/shared/testing/fake-script';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { frontPatience, type Span } from './expected.ts';
import type { Receiver } from './receivers.ts';

export const receiverFaults = ['hang', 'busy', 'reset after accept', 'outage'] as const;
export type ReceiverFault = (typeof receiverFaults)[number];

/** What befalls the channel with a fallback. */
export const frontFault = 'outage past patience of front';

const landLimitMs = 6_000;
const outageMs = 1_500;
const busyBody = JSON.stringify({ error: 'rate_limited', retry_after: 1, parameters: { retry_after: 1 } });

const scripts: Record<ReceiverFault, (receiver: Receiver) => readonly FakeStep[]> = {
  hang: () => [{ do: 'hang' }],
  busy: ({ kind }) => [
    { do: 'reply', status: kind === 'smtp' ? 451 : 429, headers: { 'retry-after': '1' }, body: busyBody, times: 3 },
  ],
  'reset after accept': () => [{ do: 'reset-after-accept', times: 2 }],
  outage: () => [{ do: 'outage' }],
};
const logged = { hang: 'hang', busy: 'reply', 'reset after accept': 'reset-after-accept' } as const;

/** True when it has landed. */
export async function sufferAt(receiver: Receiver, fault: ReceiverFault): Promise<boolean> {
  if (fault === 'outage') {
    receiver.script(scripts.outage(receiver));
    await sleep(outageMs);
    receiver.script([]);
    return true;
  }
  const before = receiver.scripted(logged[fault]);
  receiver.script(scripts[fault](receiver));
  try {
    await waitFor(fault, () => receiver.scripted(logged[fault]) > before, landLimitMs);
    return true;
  } catch {
    // Nothing was sent there meanwhile: the fault did not land, and is not counted.
    return false;
  }
}

/** An outage lasts until what waits in it is late, and longer where no fallback has taken over. */
const outOfPatienceMs = { least: frontPatience.lateMs + 3_000, most: 13_000 };
const lookEveryMs = 100;

/** The front channel is out until its fallback tells something in its place; true when it did. */
export async function outlastPatience(front: Receiver, spare: Receiver, outages: Span[]): Promise<boolean> {
  const told = () => spare.takes().filter(({ via }) => via).length;
  const before = told();
  const began = performance.now();
  const span = { from: Date.now(), to: Number.POSITIVE_INFINITY };
  outages.push(span);
  front.script([{ do: 'outage' }]);
  const lastsMs = () => performance.now() - began;
  while (lastsMs() < outOfPatienceMs.least || (told() === before && lastsMs() < outOfPatienceMs.most))
    await sleep(lookEveryMs);
  span.to = Date.now();
  front.script([]);
  return told() > before;
}
