import type { WatchdogConfig } from '../../../apps/watchdog/src/config.ts';

type Services = WatchdogConfig['services'];
type Config = Services[number]['config'];
type Probe = Config['probes'][string];
type Fault = Config['faults'][string];
type Budget = Config['budgets'][string];

/** One place of a source file that is read otherwise; `find` stands in it exactly once. */
export interface Edit {
  /** Below the root of the repository. */
  file: string;
  find: string;
  put: string;
}

/** One safeguard that is broken in the watchdog of the run, and the half of a case that is there for it. */
export interface Sabotage {
  case: string;
  half: 'fault' | 'twin';
  break?: (config: Config) => Config;
  edit?: Edit;
}

const engine = 'apps/watchdog/src/core/policy';

/** One for each rule of the executor that a case can see. */
const table = {
  'text-for-json': {
    ...{ case: '7', half: 'fault' },
    break: eachProbe((probe) => (probe.type === 'http' ? { ...probe, json: [], contains: ['healthy'] } : probe)),
  },
  'no-budget': {
    ...{ case: '9', half: 'fault' },
    edit: {
      file: `${engine}/budget.ts`,
      find: 'return (state.starts[budget] ?? []).filter((at) => now - at < window);',
      put: 'return (state.starts[budget] ?? []).filter((at) => at > now + window);',
    },
  },
  'integrity-alone': {
    ...{ case: '17', half: 'fault' },
    break: eachProbe((probe) => (probe.type === 'sqlite' ? { ...probe, requireTables: [], minBytes: 0 } : probe)),
  },
  'no-proof': {
    ...{ case: '11b', half: 'fault' },
    break: eachFault((fault) => ({ ...fault, ladder: fault.ladder.map(({ verify: _, ...step }) => step) })),
  },
  'no-backoff': { case: '9b', half: 'fault', break: eachBudget((budget) => ({ ...budget, backoff: [0] })) },
  'no-evidence': { case: '3', half: 'fault', break: eachFault((fault) => ({ ...fault, evidence: [] })) },
  'one-look-is-enough': {
    ...{ case: '6', half: 'fault' },
    break: eachProbe(({ recheck: _, ...probe }) => ({ ...probe, fall: 1 }) as Probe),
  },
  'acts-in-maintenance': {
    ...{ case: '3b', half: 'fault' },
    edit: {
      file: `${engine}/policy-work.ts`,
      find: "if (state.maintenance && state.maintenance.until > now) return 'maintenance';",
      put: 'void now;',
    },
  },
  'acts-beside-others': {
    ...{ case: '3c', half: 'fault' },
    edit: {
      file: 'apps/watchdog/src/policy/create-policy-world.ts',
      find: 'tryLock: () => tryFileLock(lockFile),',
      put: 'tryLock: () => ({ release: () => void lockFile }),',
    },
  },
  'no-dependencies': { case: '21b', half: 'fault', break: (config) => ({ ...config, dependsOn: [] }) },
  'no-resume': {
    ...{ case: '23', half: 'fault' },
    edit: {
      file: 'apps/watchdog/src/policy/policy-runner.ts',
      find: "return noted ? { type: 'started', ended: { type: 'action_ended', ...noted } } : { type: 'started' };",
      put: "return noted ? { type: 'timer' } : { type: 'timer' };",
    },
  },
  'budget-in-memory': {
    ...{ case: '23b', half: 'fault' },
    edit: {
      file: 'apps/watchdog/src/policy/policy-runner.ts',
      find: 'this.#state = kept.state;',
      put: 'this.#state = { ...kept.state, starts: {} };',
    },
  },
  'wall-clock': {
    ...{ case: '23c', half: 'fault' },
    edit: {
      file: 'apps/watchdog/src/policy/policy-runner.ts',
      find: 'if (Math.abs(byMs) >= jumpMs)',
      put: 'if (Math.abs(byMs) >= jumpMs && byMs < 0)',
    },
  },
} satisfies Record<string, Sabotage>;

export type SabotageName = keyof typeof table;
export const sabotages: Readonly<Record<SabotageName, Sabotage>> = table;
export const sabotageNames = Object.keys(table) as SabotageName[];

/** The configuration with one safeguard less in every service; as it is where the sabotage lies elsewhere. */
export const withSabotage = (config: WatchdogConfig, { break: spoil }: Sabotage): WatchdogConfig => ({
  ...config,
  services: config.services.map((service) => ({
    ...service,
    config: spoil ? spoil(service.config) : service.config,
  })),
});

function eachProbe(change: (probe: Probe) => Probe): (config: Config) => Config {
  return (config) => ({ ...config, probes: mapOf(config.probes, change) });
}

function eachFault(change: (fault: Fault) => Fault): (config: Config) => Config {
  return (config) => ({ ...config, faults: mapOf(config.faults, change) });
}

function eachBudget(change: (budget: Budget) => Budget): (config: Config) => Config {
  return (config) => ({ ...config, budgets: mapOf(config.budgets, change) });
}

const mapOf = <T>(values: Record<string, T>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
