/** What the proxy lets through, as parts: no piece of a caller's address, header or body goes further than this. */
export type EngineCall =
  | { do: 'ping' | 'version' }
  | { do: 'list'; all: boolean; labels: string[] }
  | { do: 'events'; labels: string[] }
  | { do: 'inspect' | 'stats'; container: string }
  | { do: 'start' | 'stop' | 'restart'; container: string; timeoutS: number | null };

/** Of those, the ones about a container that somebody names. */
export type ContainerCall = Extract<EngineCall, { container: string }>;

/** Why something was refused; also the log field. */
export type RefusalReason = 'method' | 'path' | 'query' | 'filters' | 'body' | 'header' | 'not-guarded' | 'http';

export interface Refusal {
  reason: RefusalReason;
  /** For whoever sent it. */
  detail: string;
}
