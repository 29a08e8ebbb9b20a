import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

const isProgram = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there or not ours to run: both mean "look further along PATH"
  }
};

/** All files called `name` on `searchPath` that can be run, in the order of the path. */
export function whichAll(name, searchPath = process.env.PATH ?? '') {
  return searchPath
    .split(path.delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, name))
    .filter(isProgram);
}

/** The first of `names` found on PATH, or undefined. */
export function which(...names) {
  return names.map((name) => whichAll(name)[0]).find((file) => file !== undefined);
}
