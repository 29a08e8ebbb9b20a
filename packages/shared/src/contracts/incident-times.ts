import type { Incident } from './incident.ts';

/** How long the fault had lasted when it was detected, in ms; null where its begin is not known. */
export const detectMs = ({ beganAt, detectedAt }: Incident): number | null =>
  beganAt === null ? null : Math.max(0, Date.parse(detectedAt) - Date.parse(beganAt));

/** From detection to recovery in ms; null while it is open. */
export const recoverMs = ({ detectedAt, recoveredAt }: Incident): number | null =>
  recoveredAt === null ? null : Math.max(0, Date.parse(recoveredAt) - Date.parse(detectedAt));
