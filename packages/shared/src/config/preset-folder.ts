import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Presets of this clone; an image has them elsewhere and says so by YOBAN_PRESETS. Source and build lie equally deep. */
const inClone = path.resolve(import.meta.dirname, '../../../../infra/presets');

/** The folder that the names of `include` count from. */
export const presetFolder = (env: Readonly<Record<string, string | undefined>>): string => env.YOBAN_PRESETS || inClone;

/** Names of the presets in a folder; none where there is no such folder. */
export function presetNames(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => /^([a-z0-9-]+)\.yml$/.exec(file)?.[1] ?? [])
    .sort();
}
