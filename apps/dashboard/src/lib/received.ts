/** A value from the server with the moment it arrived on the monotonic clock, so that its age can be counted on (D3). */
export interface Received<T> {
  value: T;
  arrivedAtMs: number;
}

/** Seconds since the value was true, as far as the server knew: waiting here plus waiting there. */
export const elapsedS = (received: Received<unknown>, monotonicMs: number): number =>
  Math.max(0, monotonicMs - received.arrivedAtMs) / 1000;
