import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { createHttpProbe } from '../probes/http.ts';
import { judgeChatPoll } from './core/judge-chat-poll.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good, inWords } from './verdict.ts';

/** A chat gives up to 2,000 messages at once. */
const bodyMaxBytes = 4 * 1_048_576;

/**
 * Polls the live chat at `url` (with its own key where it needs one, which is never repeated) and asks whether the newest
 * good poll is fresh: one that fails counts only once the last good one is older than `maxAge` (S3). Ages are taken from
 * `clock`, monotonic ms: a wall clock that jumps makes no poll old.
 */
export function createYoutubeProbe(
  { url, maxAge, timeout }: ProbeConfigOf<'youtube'>,
  around: ProbeAround,
  clock: () => number = () => performance.now(),
): PolicyProbe {
  let lastGoodAt: number | null = null;
  let pageToken: string | null = null;
  const overdue = (reason: string) => {
    if (lastGoodAt === null) return bad(`${reason}; no good poll yet`);
    const ageMs = clock() - lastGoodAt;
    const measured = { value: Math.round(ageMs / 1_000), unit: 's' } as const;
    const told = `${reason}; the last good poll was ${inWords(ageMs)} ago`;
    return ageMs > maxAge ? bad(`${told}, over ${inWords(maxAge)}`, measured) : good(told, measured);
  };
  const late = (limit: string) => overdue(`no answer within ${limit}`);
  return {
    look: framedLook({ timeoutMs: timeout, now: around.now, late }, async (signal) => {
      const probe = createHttpProbe({ url: pageAddress(url, pageToken), timeoutMs: timeout, bodyMaxBytes });
      try {
        const poll = judgeChatPoll(await probe.look(signal));
        // A token may have grown too old to be taken; the next poll begins anew.
        pageToken = poll.good ? poll.nextPageToken : null;
        if (!poll.good) return overdue(poll.reason);
        lastGoodAt = clock();
        return good('the live chat answers', { value: 0, unit: 's' });
      } finally {
        probe.close();
      }
    }),
    close: () => undefined,
  };
}

/** Where the last poll ended, so that the next one gives only what is new. */
function pageAddress(url: string, pageToken: string | null): string {
  const address = new URL(url);
  if (pageToken !== null) address.searchParams.set('pageToken', pageToken);
  return address.href;
}
