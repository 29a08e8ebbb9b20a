/** What an action did, before it is timed and redacted. */
export interface Deed {
  ok: boolean;
  /** One line for people. */
  detail: string;
  output?: string;
  exitCode?: number | null;
  timedOut?: boolean;
}
