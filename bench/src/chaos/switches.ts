/** How the faulty app behaves. Kept in its folder, so that it behaves so from its next start on; `/switch` changes it at once. */
export interface Switches {
  refuseStart: boolean;
  /** Opens and writes game.sqlite; without it there is none. */
  database: boolean;
  writes: boolean;
  body: 'good' | 'unhealthy' | 'html' | 'missing-field' | 'redirect' | 'method-not-allowed' | 'degraded';
  /** Delay of the next `slowTimes` answers. */
  slowMs: number;
  slowTimes: number;
  /** Blocks the event loop so long at each question. */
  spinMs: number;
  leakMbPerSecond: number;
  /** It leaks no more than this. */
  leakUpToMb: number;
  logBytesPerSecond: number;
  /** Not kept: an act. `busy` blocks the event loop for good. */
  now?: 'crash' | 'busy';
}

export const goodSwitches: Switches = {
  refuseStart: false,
  database: false,
  writes: true,
  body: 'good',
  slowMs: 0,
  slowTimes: 0,
  spinMs: 0,
  leakMbPerSecond: 0,
  leakUpToMb: 1_000_000,
  logBytesPerSecond: 0,
};
