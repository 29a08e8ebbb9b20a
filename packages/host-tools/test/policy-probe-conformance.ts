import { readdirSync } from 'node:fs';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, PolicyProbe } from '../src/policy-probes/policy-probe.ts';
import { procStat } from '../src/proc.ts';
import { lookOnce } from './probe-around.ts';

/** What a probe looks at, and what a test can do to it. `probe` looks at it as it is at that moment. */
export interface Counterpart {
  probe(): PolicyProbe;
  /** Does it a real harm; its detail must say `reason`. */
  hurt(): unknown;
  reason: RegExp;
  heal(): unknown;
  /** Takes the question and never answers; `heal` ends that too. */
  hang?: () => unknown;
  /** A probe that cannot know, and why. */
  blind?: { probe: () => PolicyProbe; reason: RegExp };
  end(): unknown;
}

export interface Traits {
  /** Of the probes of `setUp`. */
  timeoutMs: number;
  /** What it counts as when the counterpart hangs; null = nobody is asked. */
  hung: 'bad' | 'unknown' | null;
  /** Whether there are things that it cannot know. */
  blind: boolean;
}

/** What a look may take beyond its limit, in its own time; one without a limit would never end here. */
const slackMs = 5_000;

/** What every declared probe promises, whatever it looks at. */
export function policyProbeConformance(
  type: string,
  { timeoutMs, hung, blind }: Traits,
  setUp: () => Promise<Counterpart>,
): void {
  describe(`policy probe ${type}`, () => {
    let counterpart: Counterpart;
    beforeAll(async () => {
      counterpart = await setUp();
    });
    afterAll(() => counterpart.end());
    const withProbe = async <T>(use: (probe: PolicyProbe) => Promise<T>): Promise<T> => {
      const probe = counterpart.probe();
      try {
        return await use(probe);
      } finally {
        await probe.close();
      }
    };

    test('passes, fails with the reason, and passes again by a real fault and its end', () =>
      withProbe(async (probe) => {
        const first = await settled(probe, 'good');
        expect(Math.abs(first.at - Date.now())).toBeLessThan(60_000);
        expectWords(first);
        await counterpart.hurt();
        expectWords(await settled(probe, 'bad', counterpart.reason));
        await counterpart.heal();
        await settled(probe, 'good');
      }));

    test('says nothing about what it was not let to see to the end', () =>
      withProbe(async (probe) => {
        const broken = await probe.look(AbortSignal.abort());
        expect(broken).toMatchObject({ passes: false, unknown: true });
        expect(broken.durationMs).toBeLessThan(timeoutMs + slackMs);
      }));

    const whenAsked = hung ? test : undefined;
    whenAsked?.('ends within its limit, and at once when it is broken off, while nobody answers', async () => {
      await counterpart.hang?.();
      try {
        await withProbe(async (probe) => {
          const ownTime = startOwnTime();
          const late = await lookOnce(probe);
          expect(ownTime()).toBeLessThan(timeoutMs + slackMs);
          expect(late).toMatchObject({ passes: false, unknown: hung === 'unknown' });
          const end = new AbortController();
          const looking = probe.look(end.signal);
          setImmediate(() => end.abort());
          const broken = await looking;
          expect(broken).toMatchObject({ passes: false, unknown: true, detail: 'the look was broken off' });
          expect(broken.durationMs).toBeLessThan(timeoutMs + slackMs);
        });
      } finally {
        await counterpart.heal();
      }
    });

    const whenBlind = blind ? test : undefined;
    whenBlind?.('knows when it cannot know', async () => {
      if (!counterpart.blind) throw new Error('the counterpart has no blind probe');
      const probe = counterpart.blind.probe();
      const finding = await lookOnce(probe);
      await probe.close();
      expect(finding).toMatchObject({ passes: false, unknown: true, value: null });
      expect(finding.detail).toMatch(counterpart.blind.reason);
      expectWords(finding);
    });

    test('leaves no child, socket or open file behind', async () => {
      await withProbe((probe) => lookOnce(probe));
      const before = leftovers();
      for (let time = 0; time < 3; time += 1) {
        await withProbe(async (probe) => {
          await lookOnce(probe);
          const end = new AbortController();
          const looking = probe.look(end.signal);
          setImmediate(() => end.abort());
          await looking;
        });
      }
      await waitFor('all of it to end', () => leftovers().length <= before.length);
    });
  });
}

/** The first finding of this kind that says why: some see a change a moment after it, and another fault on the way to it. */
const settled = (probe: PolicyProbe, is: 'good' | 'bad', reason = /./): Promise<Finding> => {
  let last: Finding | null = null;
  return waitFor(`a ${is} finding`, async () => {
    last = await lookOnce(probe);
    return !last.unknown && last.passes === (is === 'good') && reason.test(last.detail) ? last : null;
  }).catch((error: unknown) => {
    throw new Error(`${error}; the last was ${JSON.stringify(last)}`);
  });
};

function expectWords({ detail, durationMs }: Finding): void {
  expect(detail).toMatch(/\S/);
  expect(detail).not.toContain('\n');
  expect(durationMs).toBeGreaterThanOrEqual(0);
}

const leftovers = (): string[] => [
  ...readdirSync('/proc/self/fd'),
  ...readdirSync('/proc').filter((name) => /^\d+$/.test(name) && procStat(Number(name))?.parentPid === process.pid),
];
