export type PlaceKind = 'command' | 'pm2' | 'systemd-user' | 'compose';

/** Where a guarded app runs: a real supervisor of this run's own. */
export interface Place {
  kind: PlaceKind;
  /** `supervisor:` of the service in yoban.yml. */
  supervisor: object;
  /** What a program needs to reach the supervisor, besides. */
  env: Readonly<Record<string, string>>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The supervisor's own process, where it is this run's own; null = none runs. */
  daemonPid(): number | null;
}
