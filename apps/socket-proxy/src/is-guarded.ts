import { guardLabel } from '@yoban/shared/contracts/engine';

/** Exactly so: an engine compares label values letter by letter. */
export const isGuarded = (labels: Readonly<Record<string, string>>): boolean => labels[guardLabel] === 'true';
