import { describe, expect, test } from 'vitest';
import { type LiveEvent, type LiveState, outageOf, stepLive } from './live-state.ts';

const at = (nowMs: number, random = 0.999999) => ({ nowMs, random });
const lost: LiveEvent = { kind: 'lost', reason: 'closed' };
const snapshot = (seq: number): LiveEvent => ({ kind: 'message', type: 'snapshot', seq });
const change = (seq: number): LiveEvent => ({ kind: 'message', type: 'change', seq });
const kinds = (effects: readonly { kind: string }[]) => effects.map(({ kind }) => kind);

describe('the live connection', () => {
  test('is live from its first snapshot, not from its opening', () => {
    const [connecting, effects] = stepLive({ kind: 'off' }, { kind: 'start' }, at(0));
    expect(kinds(effects)).toEqual(['open']);
    expect(connecting.kind).toBe('connecting');
    expect(stepLive(connecting, snapshot(7), at(5))).toEqual([{ kind: 'live', lastSeq: 7 }, [{ kind: 'deliver' }]]);
  });

  test('delivers changes that follow each other', () => {
    const [state, effects] = stepLive({ kind: 'live', lastSeq: 7 }, change(8), at(0));
    expect(state).toEqual({ kind: 'live', lastSeq: 8 });
    expect(kinds(effects)).toEqual(['deliver']);
  });

  test('throws a gap in the sequence away and connects anew for the whole state', () => {
    const [state, effects] = stepLive({ kind: 'live', lastSeq: 7 }, change(9), at(0));
    expect(state.kind).toBe('waiting');
    expect(kinds(effects)).toEqual(['close', 'wait']);
  });

  test('takes a change before the snapshot for a gap', () => {
    const state: LiveState = { kind: 'connecting', attempt: 1, downSinceMs: 0 };
    expect(stepLive(state, change(1), at(0))[0].kind).toBe('waiting');
  });

  test('S1/D3: waits 1, 2, 4, 8, 16, 30, 30 s and never gives up', () => {
    let state: LiveState = { kind: 'live', lastSeq: 1 };
    const delaysS: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      const [waiting, effects] = stepLive(state, lost, at(0));
      for (const effect of effects) if (effect.kind === 'wait') delaysS.push(Math.round(effect.delayMs / 1000));
      [state] = stepLive(waiting, { kind: 'retry' }, at(0));
    }
    expect(delaysS).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  test('spreads the retries of many screens over the upper half of the delay', () => {
    const waits = [0, 0.5].map((random) => stepLive({ kind: 'live', lastSeq: 1 }, lost, at(0, random))[1].at(-1));
    expect(waits).toEqual([
      { kind: 'wait', delayMs: 500 },
      { kind: 'wait', delayMs: 750 },
    ]);
  });

  test('begins with one second again after a connection that was live', () => {
    const waiting: LiveState = { kind: 'waiting', attempt: 6, downSinceMs: 0, retryAtMs: 9 };
    const [connecting] = stepLive(waiting, { kind: 'retry' }, at(10));
    const [live] = stepLive(connecting, snapshot(0), at(11));
    expect(stepLive(live, lost, at(12, 0.999999))[1].at(-1)).toEqual({ kind: 'wait', delayMs: 1000 });
  });

  test('ignores what comes from a connection it has let go', () => {
    const waiting: LiveState = { kind: 'waiting', attempt: 1, downSinceMs: 0, retryAtMs: 9 };
    expect(stepLive(waiting, snapshot(3), at(1))).toEqual([waiting, []]);
    expect(stepLive({ kind: 'off' }, lost, at(1))).toEqual([{ kind: 'off' }, []]);
  });
});

describe('the reconnect notice', () => {
  const waiting: LiveState = { kind: 'waiting', attempt: 2, downSinceMs: 1_000, retryAtMs: 8_000 };
  test('stays quiet for three seconds', () => {
    expect(outageOf(waiting, 3_999)).toBeNull();
    expect(outageOf(waiting, 4_000)).toEqual({ retryInS: 4 });
  });
  test('has no countdown while a try is under way', () => {
    expect(outageOf({ kind: 'connecting', attempt: 3, downSinceMs: 0 }, 9_000)).toEqual({ retryInS: null });
  });
  test('is gone once live', () => {
    expect(outageOf({ kind: 'live', lastSeq: 1 }, 9_000)).toBeNull();
  });
});
