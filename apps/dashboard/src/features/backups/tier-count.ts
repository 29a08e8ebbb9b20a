import type { Messages } from '../../i18n/messages.ts';

/**
 * What stands behind the number of a tier's files: of how many that are kept (B5). More can lie there, since a file younger than
 * its tier's period stays whatever the count. `keep` is undefined where the worker has not told it.
 */
export function tierCountText(files: number, keep: number | undefined, words: Messages): string {
  if (keep === undefined) return words.tierFiles(files);
  return files > keep ? words.tierOver(files, keep) : words.tierOf(keep);
}
