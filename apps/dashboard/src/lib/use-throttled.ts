import { useEffect, useRef } from 'react';

/** Calls `act` after `changes` has changed: soon, and however often it changes, at most once in `everyMs`. */
export function useThrottled(act: () => void, changes: number, everyMs: number): void {
  const latest = useRef(act);
  const known = useRef(changes);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    if (known.current === changes) return;
    known.current = changes;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, everyMs);
  }, [changes, everyMs]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}
