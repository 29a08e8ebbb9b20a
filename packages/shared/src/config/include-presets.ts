import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ConfigDocument, readConfigDocument, type TextProblem } from './config-document.ts';
import { presetFolder, presetNames } from './preset-folder.ts';
import { readSettingsFile } from './settings-file.ts';

type Variables = Readonly<Record<string, string | undefined>>;

export interface Included {
  /** In the order of `include`: each is laid upon those before it. */
  presets: ConfigDocument[];
  problems: TextProblem[];
}

/** `settings` names a JSON file whose values the preset reads as variables; the rest is laid under yoban.yml. */
const presetKeys = ['version', 'settings', 'databases', 'services', 'alerts'];

/**
 * Reads what `include` names: a preset of the kit by its name, any other file by its path from `base`.
 * Problems are told by the place in yoban.yml that names the preset, or by the place in the preset.
 */
export function includePresets(main: ConfigDocument, env: Variables, base: string): Included {
  const names = listOf((main.raw as { include?: unknown }).include);
  const included: Included = { presets: [], problems: [] };
  names.forEach((name, at) => {
    if (typeof name !== 'string') return; // the schema tells
    const twin = names.indexOf(name) < at;
    const read = twin ? { unreadable: `"${name}" is included already` } : readPreset(name, env, base);
    if ('unreadable' in read) included.problems.push(main.problemAt(['include', at], read.unreadable));
    else {
      included.presets.push(read.preset);
      included.problems.push(...read.problems);
    }
  });
  return included;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

type ReadPreset = { preset: ConfigDocument; problems: TextProblem[] } | { unreadable: string };

function readPreset(name: string, env: Variables, base: string): ReadPreset {
  const folder = presetFolder(env);
  const isName = /^[a-z0-9-]+$/.test(name);
  const file = isName ? path.join(folder, `${name}.yml`) : path.resolve(base, name);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const known = presetNames(folder).join(', ') || 'none';
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return { unreadable: isName ? `no preset "${name}" (there are: ${known})` : `${file} cannot be read (${why})` };
  }
  const { preset, problems } = withSettings(text, file, env, base);
  return { preset, problems: [...preset.broken, ...problems, ...shapeProblems(preset)] };
}

/** Read twice where it names a settings file: which one it is may itself be a variable. */
function withSettings(text: string, file: string, env: Variables, base: string) {
  const preset = readConfigDocument(text, file, (name) => env[name]);
  const { settings } = preset.raw as { settings?: unknown };
  if (typeof settings !== 'string') return { preset, problems: [] };
  const settingsFile = path.resolve(base, settings);
  const read = readSettingsFile(settingsFile);
  if ('problem' in read) return { preset, problems: [preset.problemAt(['settings'], read.problem)] };
  const asked = new Set<string>();
  const filled = readConfigDocument(text, file, (name) => {
    asked.add(name);
    return read.values.get(name) ?? env[name];
  });
  const unknown = [...read.values.keys()].filter((name) => !asked.has(name));
  const known = [...asked].filter((name) => name.includes('.')).join(', ');
  const tell = (name: string) =>
    preset.problemAt(['settings'], `${settingsFile} sets "${name}", which nothing reads (there are: ${known})`);
  return { preset: filled, problems: unknown.map(tell) };
}

function shapeProblems(preset: ConfigDocument): TextProblem[] {
  if (preset.isEmpty) return [preset.problemAt([], 'the file is empty')];
  const alien = Object.keys(Object(preset.raw)).filter((key) => !presetKeys.includes(key));
  return alien.map((key) => preset.problemAt([key], `a preset holds only ${presetKeys.join(', ')}`));
}
