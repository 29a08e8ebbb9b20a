import { useEffect, useReducer, useSyncExternalStore } from 'react';
import type { LiveState } from './live-state.ts';
import { useServices } from './page-context.ts';

/** Draws the caller anew once a second and gives both clocks: the server's time (epoch ms) and the monotonic one. */
export function useNow(): { serverMs: number; monotonicMs: number } {
  const { clock, monotonicMs } = useServices();
  const [, draw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const timer = setInterval(draw, 1000);
    return () => clearInterval(timer);
  }, []);
  return { serverMs: clock.now(), monotonicMs: monotonicMs() };
}

export function useLiveState(): LiveState {
  const { live } = useServices();
  return useSyncExternalStore(live.subscribe, live.state, live.state);
}

export const useLive = (): boolean => useLiveState().kind === 'live';

/** The connection had its chance: it delivered or failed. Before that, asking by HTTP would fetch everything twice. */
export function useSocketTried(): boolean {
  const state = useLiveState();
  return state.kind === 'live' || state.kind === 'waiting' || (state.kind === 'connecting' && state.attempt > 1);
}
