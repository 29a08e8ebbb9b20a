import { statfsSync } from 'node:fs';
import { hasErrno } from '@yoban/shared/errors';

/** Room and inodes of the file systems that hold these folders, a line each. */
export const diskText = (folders: readonly string[]): string =>
  `${[...new Set(folders)].map((folder) => `${folder}: ${room(folder)}`).join('\n')}\n`;

function room(folder: string): string {
  try {
    const { bsize, blocks, bavail, files, ffree } = statfsSync(folder);
    const used = blocks === 0 ? 0 : Math.round((1 - bavail / blocks) * 1_000) / 10;
    return `${mb(bavail * bsize)} MB free of ${mb(blocks * bsize)} MB (${used} % used), ${ffree} of ${files} inodes free`;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return 'not there';
    throw error;
  }
}

const mb = (bytes: number): number => Math.round(bytes / 1_048_576);
