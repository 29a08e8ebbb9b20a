import type { HttpLook } from '../../probes/http.ts';
import { bad, good, type Verdict } from '../verdict.ts';
import { parsedJson } from './parsed-json.ts';

/** What the list of a model API is worth (W1). `model` = the one that has to be in it; null: any answer that is a list. */
export function judgeModels(look: HttpLook, model: string | null): Verdict {
  if (look.outcome === 'failed') return bad(look.detail);
  const measured = { value: look.latencyMs, unit: 'ms' } as const;
  if (look.status !== 200) return bad(`answered ${look.status}, not 200`, measured);
  const names = modelNames(look.body);
  if (names === null) return bad('answered 200, but not with a list of models', measured);
  if (model === null) return good(`lists ${names.length} models`, measured);
  if (names.some((name) => name === model || name === `${model}:latest`)) return good(`lists ${model}`, measured);
  return bad(`does not list ${model}; it has ${few(names)}`, measured);
}

/**
 * Names in a list of models: OpenAI's shape (`data[].id`), or Ollama's own (`models[].name`). Ollama without any model says
 * `data: null`. Null when it is no such list.
 */
function modelNames(body: string): string[] | null {
  const document = parsedJson(body);
  if (typeof document !== 'object' || document === null) return null;
  const list = Reflect.get(document, 'data') ?? Reflect.get(document, 'models') ?? emptyOf(document);
  if (!Array.isArray(list)) return null;
  return list.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const name: unknown = Reflect.get(entry, 'id') ?? Reflect.get(entry, 'name');
    return typeof name === 'string' ? [name] : [];
  });
}

const emptyOf = (document: object): unknown[] | null => (Reflect.get(document, 'object') === 'list' ? [] : null);

const few = (names: string[]): string =>
  names.length === 0
    ? 'none'
    : `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
