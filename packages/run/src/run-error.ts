/** `code` stands in the error catalog of the kit, with the exit code of the command line. */
export type RunErrorCode = 'USAGE' | 'RUN_SOCKET_TAKEN' | 'RUN_NOT_STARTED';

/** What keeps the parent from its work, for the person who started it: what happened and what to do. */
export class RunError extends Error {
  readonly code: RunErrorCode;
  readonly hint: string;

  constructor(code: RunErrorCode, message: string, hint: string) {
    super(message);
    this.name = 'RunError';
    this.code = code;
    this.hint = hint;
  }
}

/** 1 found a problem, 2 wrong use, as everywhere in the kit. */
export const exitCodeOf = ({ code }: RunError): 1 | 2 => (code === 'RUN_NOT_STARTED' ? 1 : 2);
