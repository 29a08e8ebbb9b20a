/** What the command line sees of the world around it; main.ts gives the process's own. */
export interface Io {
  env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  cwd: string;
  stdout(text: string): void;
  stderr(text: string): void;
  /** A person can be asked: both ends are a terminal. */
  interactive: boolean;
  ask(question: string): Promise<string>;
  /** The first line of standard input, for a secret that is piped in; null where a terminal or nothing is there. */
  readLine(): Promise<string | null>;
  /** Aborts when the person or the system ends the command (Ctrl-C). */
  signal: AbortSignal;
  /** From here on the command itself ends, with its clean-up, when `signal` aborts; without this the process ends at once. */
  deferEnd(): void;
  /** Gives this process to another program, which keeps its number, its folder and its streams. Does not return. */
  become(program: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): void;
  /** Epoch ms. */
  now(): number;
}
