import { existsSync, readFileSync } from 'node:fs';

/** Values of a JSON file by their dotted names, e.g. `monitoring.intervals.health`; or what is wrong with the file. */
export type SettingsFile = { values: ReadonlyMap<string, string> } | { problem: string };

/** Reads the JSON file of a preset's settings. One that is not there is empty: every setting has its default. */
export function readSettingsFile(file: string): SettingsFile {
  if (!existsSync(file)) return { values: new Map() };
  try {
    return { values: new Map(leavesOf(JSON.parse(readFileSync(file, 'utf8')), '')) };
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'it is not JSON';
    return { problem: `${file} cannot be read (${why})` };
  }
}

function leavesOf(value: unknown, name: string): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, below]) => leavesOf(below, name ? `${name}.${key}` : key));
}
