import { OpsError } from '@yoban/shared/errors';

/**
 * Variables as systemd's EnvironmentFile and a shell both read them, sorted, so that the same set gives the same file.
 * @throws OpsError USAGE for a value that no single quotes can hold
 */
export function environmentText(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, value]) => {
      if (/['\n\\]/.test(value)) throw new OpsError('USAGE', `${name} holds a quote, a line break or a backslash`);
      return `${name}='${value}'`;
    });
  return `${lines.join('\n')}\n`;
}

/** Names that a file of variables sets; lines that are none are passed over, as systemd does. */
export const namesSetIn = (text: string): string[] =>
  text.split('\n').flatMap((line) => /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=./.exec(line)?.[1] ?? []);
