import type { RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';

/** B4: what the catalog vouches for goes before a file that only lies there, whatever the time on it says; bad ones are left out. */
export const provenFirst = (candidates: readonly RestoreCandidate[]): RestoreCandidate[] => [
  ...candidates.filter(({ state }) => state === 'verified'),
  ...candidates.filter(({ state }) => state === 'unknown'),
];
