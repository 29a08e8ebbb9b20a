import type { Log } from '@yoban/shared/logger';
import type { Supervisor } from '../supervisors/supervisor.ts';

/** What a look before a repair may ask of the world. */
export interface EvidenceAround {
  service: string;
  supervisor: Supervisor;
  /** YOBAN_HOME: bundles lie in its folder `evidence`. */
  home: string;
  /** Relative paths of the configuration count from here. */
  baseDir: string;
  env: Readonly<Record<string, string | undefined>>;
  log: Log;
  /** Epoch ms. */
  now: () => number;
}
