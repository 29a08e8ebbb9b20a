/** What a name stands for: text of the environment, or a value of a settings file; undefined where it is unset. */
export type Lookup = (name: string) => string | undefined;

export interface Filled {
  /** The text with every variable filled in; a number or true/false where the default of the only variable is one. */
  value: string | number | boolean;
  /** What is wrong, in an operator's words; then the text stands as it was written. */
  problems: string[];
}

const variable = /\$\{([A-Za-z_][A-Za-z0-9_.]*)(?::-([^}]*))?\}/g;
const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);
const isSwitch = (text: string): boolean => text === 'true' || text === 'false';

/**
 * Fills `${NAME}` and `${NAME:-default}`; an empty value counts as unset, as in a shell. A value that is one variable alone is of
 * the kind of its default, since the environment holds nothing but text.
 */
export function fillVariables(text: string, lookup: Lookup): Filled {
  const problems: string[] = [];
  const filled = text.replace(variable, (whole, name: string, otherwise: string | undefined) => {
    const value = lookup(name) || otherwise;
    if (value !== undefined) return value;
    problems.push(`\${${name}} is not set in the environment`);
    return whole;
  });
  const [name, otherwise] = aloneIn(text);
  if (problems.length > 0 || otherwise === undefined) return { value: problems.length > 0 ? text : filled, problems };
  const kind = isNumber(otherwise) ? 'a number' : isSwitch(otherwise) ? 'true or false' : null;
  if (kind === null) return { value: filled, problems };
  const fits = kind === 'a number' ? isNumber(filled) : isSwitch(filled);
  // The value may be a secret that was put into the wrong variable, so it is not repeated.
  if (!fits) return { value: text, problems: [`${name} must be ${kind}, as its default ${otherwise} is`] };
  return { value: kind === 'a number' ? Number(filled) : filled === 'true', problems };
}

/** Name and default where the text is one variable and nothing beside it. */
function aloneIn(text: string): [name: string, otherwise: string | undefined] {
  const [whole, name = '', otherwise] = [...text.matchAll(variable)][0] ?? [];
  return whole === text ? [name, otherwise] : ['', undefined];
}
