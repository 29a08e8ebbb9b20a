export interface LevelSize {
  level: number;
  /** What a sample packs to at this level. */
  bytes: number;
}

/** `share` (0 to 1) of the slices at `quicker`, the others at `slower`. */
export interface GzipPlan {
  quicker: number;
  slower: number;
  share: number;
}

/**
 * The quickest mix of two neighbouring levels whose sample stays within `aimBytes`. `sizes`: quickest first, at least one; the
 * last is taken where none fits.
 */
export function planLevels(sizes: readonly LevelSize[], aimBytes: number): GzipPlan {
  const at = sizes.findIndex(({ bytes }) => bytes <= aimBytes);
  const slower = sizes[at === -1 ? sizes.length - 1 : at] ?? { level: 6, bytes: 0 };
  const quicker = sizes[at - 1];
  if (!quicker) return { quicker: slower.level, slower: slower.level, share: 0 };
  return {
    quicker: quicker.level,
    slower: slower.level,
    share: (aimBytes - slower.bytes) / (quicker.bytes - slower.bytes),
  };
}

/** The level of one slice, the two spread evenly over the file. */
export const levelOf = ({ quicker, slower, share }: GzipPlan, index: number): number =>
  Math.floor((index + 1) * share) > Math.floor(index * share) ? quicker : slower;
