import { parse } from 'yaml';
import { OpsError } from '../errors.ts';

/** A YAML or JSON text as plain values. @throws OpsError USAGE where it is neither; `name` is what people know it by. */
export function parseYaml(text: string, name: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new OpsError('USAGE', `${name} cannot be read: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
