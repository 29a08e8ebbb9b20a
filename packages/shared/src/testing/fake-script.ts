/**
 * One answer of a fake. `reply.status` is an HTTP status, a refused upgrade for WebSocket fakes, a reply code for SMTP.
 * `hang` takes the request and never answers; `reset-after-accept` takes it and cuts the connection without an answer;
 * `outage` cuts every new connection unread until another script is given.
 */
export type FakeStep = (
  | { do: 'ok' }
  | { do: 'reply'; status: number; headers?: Record<string, string>; body?: string }
  | { do: 'hang' }
  | { do: 'reset-after-accept' }
  | { do: 'outage' }
) & {
  /** Waits this long before it answers. */
  delayMs?: number;
  /** How many requests this step serves; 1 unless told, `outage` always lasts until the next script. */
  times?: number;
};

export interface FakeScript {
  /** Replaces what is left of the script; after its last step every answer is `ok`. */
  set(steps: readonly FakeStep[]): void;
  /** True while new connections are to be cut. */
  isOut(): boolean;
  /** The step for the request at hand, used up by this call. */
  take(): FakeStep;
}

const ok: FakeStep = { do: 'ok' };

/** The script all fakes share: a queue of steps, then `ok` for ever. */
export function createFakeScript(initial: readonly FakeStep[] = []): FakeScript {
  let left: { step: FakeStep; times: number }[] = [];
  const set = (steps: readonly FakeStep[]) => {
    left = steps.map((step) => ({ step, times: step.do === 'outage' ? Number.POSITIVE_INFINITY : (step.times ?? 1) }));
  };
  set(initial);
  return {
    set,
    isOut: () => left[0]?.step.do === 'outage',
    take: () => {
      const head = left[0];
      if (!head) return ok;
      head.times -= 1;
      if (head.times <= 0) left.shift();
      return head.step;
    },
  };
}

/** What every fake of a third party offers to a test. `R` is one entry of its raw log. */
export interface Fake<R> {
  /** Address with the port the system chose. */
  url: string;
  /** Everything received so far, oldest first, raw bytes included. A judge reads only this. */
  requests(): readonly R[];
  /** Replaces the script; `[]` makes every answer `ok` and ends an outage. */
  script(steps: readonly FakeStep[]): void;
  stop(): Promise<void>;
}

export interface FakeOptions {
  script?: readonly FakeStep[];
}
