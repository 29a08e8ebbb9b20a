import type { BackupOverview } from '@yoban/shared/contracts/backup';
import type { CheckOf } from '@yoban/shared/contracts/check';
import type { MetricsReport } from '@yoban/shared/contracts/report';
import type { HourCounts } from './hour-window.ts';

export type ReportPart = 'process' | 'database' | 'llm' | 'tips' | 'platforms' | 'game';

/** What the roll-up must know of a service's configuration. */
export interface ServiceSettings {
  name: string;
  displayName: string;
  /** Interval of the app's reports; null = it sends none. */
  reportEveryMs: number | null;
  parts: readonly ReportPart[];
  /** A supervisor is configured, so the watchdog tells of the process. */
  supervised: boolean;
  memoryLimitMb: number;
  tipQueueLimit: number;
  /** Names of its databases; the first one fills the classic fields. */
  databases: readonly string[];
  /** Those of its policy, where it has one that is run. */
  probes: readonly { name: string; type: string }[];
}

/** The newest report of a service. `at` is the earlier of its own time and its arrival, so a clock that runs ahead cannot look fresh. */
export interface LatestReport {
  at: number;
  instance: string;
  /** When the first report of this instance was observed: the app runs at least since then. */
  instanceSince: number;
  gauges: MetricsReport['gauges'];
  game: MetricsReport['game'] | null;
  platforms: MetricsReport['platforms'] | null;
}

export interface ObservedOverview {
  overview: BackupOverview;
  at: number;
}

/** What is known of one service at one moment, whoever told it. */
export interface Observed {
  settings: ServiceSettings;
  report: LatestReport | null;
  hour: HourCounts;
  /** When a call to the model last succeeded, epoch ms. */
  llmLastOkAt: number | null;
  process: CheckOf<'process'> | null;
  liveness: CheckOf<'liveness'> | null;
  system: CheckOf<'system'> | null;
  /** By the names of the policy. */
  probes: ReadonlyMap<string, CheckOf<'probe'>>;
  databases: ReadonlyMap<string, CheckOf<'database'>>;
  overviews: ReadonlyMap<string, ObservedOverview>;
}

/** One cause for a status that is not healthy, before it is known since when. */
export interface Finding {
  code: string;
  check: string;
  impact: 'degraded' | 'unhealthy';
  value: number | null;
  limit: number | null;
}

/** A check as the wire shows it, with what is wrong with it. */
export interface Judged<T> {
  shown: T;
  findings: Finding[];
}
