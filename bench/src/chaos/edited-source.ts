import { registerHooks } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Edit } from './sabotages.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** A source with its edit. @throws Error where the place is not there exactly once: a sabotage that does nothing proves nothing. */
export function editedSource(source: string, { file, find, put }: Edit): string {
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places of: ${find}`);
  return parts.join(put);
}

/** From now on the file is read with its edit, in this process alone. */
export function readEdited(edit: Edit): void {
  const meant = pathToFileURL(path.join(root, edit.file)).href;
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (url !== meant) return loaded;
      const { source } = loaded;
      if (source == null) throw new Error(`${edit.file} has no text`);
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
      return { ...loaded, source: editedSource(text, edit) };
    },
  });
}
