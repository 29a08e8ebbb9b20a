import type { ExitCode } from './exit-codes.ts';
import type { FoundKit } from './find-kit.ts';
import type { Io } from './io.ts';
import type { Output } from './output.ts';
import type { CommandWords, Words } from './words/words.ts';

/** What a command works with besides its own arguments. */
export interface CommandContext {
  io: Io;
  out: Output;
  words: Words;
  lang: 'ja' | 'en';
  /** Read when first asked for, so that wrong use is told before the configuration is. @throws OpsError CONFIG_INVALID */
  found(): FoundKit;
}

/** Arguments and options as the parser leaves them: text, or true for a switch. */
export interface Given {
  args: readonly (string | undefined)[];
  options: Readonly<Record<string, string | boolean | undefined>>;
}

export type RunCommand = (context: CommandContext, given: Given) => Promise<ExitCode>;

export interface CommandSpec {
  /** `backup now`: the group, then its command. */
  name: keyof CommandWords;
  /** What its group does when it is named alone. */
  isDefault?: true;
  /** `[service]`, `<file>`. */
  args: readonly string[];
  /** Where the usual order of words would mislead. */
  usage?: string;
  /** Flags as commander writes them, and the key of their sentence in the words. */
  options: readonly (readonly [flags: string, words: keyof Words['options']])[];
  /** It looks for no kit and loads nothing for it: it starts fast and works where there is none. */
  withoutKit?: true;
  /** Imported when the command runs: `--help` must not wait for the bus and the database tools. */
  load(): Promise<RunCommand>;
}

/** A text option; a switch or nothing gives undefined. */
export function textOption(given: Given, name: string): string | undefined {
  const value = given.options[name];
  return typeof value === 'string' ? value : undefined;
}
