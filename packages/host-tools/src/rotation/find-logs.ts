import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { isRotated } from './rotated-names.ts';

/** The logs that declared paths mean: a file, or `folder/*.log` with stars in the last part only. Links are none. */
export function findLogs(paths: readonly string[], baseDir: string): string[] {
  const found = paths.flatMap((named) => {
    const whole = path.resolve(baseDir, named);
    const [folder, pattern] = [path.dirname(whole), path.basename(whole)];
    if (!pattern.includes('*')) return isLog(whole) ? [whole] : [];
    const fits = new RegExp(`^${pattern.split('*').map(literal).join('[^/]*')}$`, 'u');
    return namesIn(folder)
      .filter((name) => fits.test(name) && !isRotated(name) && !name.endsWith('.part'))
      .map((name) => path.join(folder, name))
      .filter(isLog);
  });
  return [...new Set(found)];
}

const literal = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');

const isLog = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return [];
    throw error;
  }
}
