import type { PostedAlert } from './posted-alert.ts';

/** Whoever takes alerts and tells people: ours or the peer. */
export interface AlertService {
  /** Resolves when it has answered for all of them. */
  post(alerts: readonly PostedAlert[]): Promise<void>;
  /** Highest memory its processes have had, MB. */
  memoryMb(): number;
  stop(): Promise<void>;
}
