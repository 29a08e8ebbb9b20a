import type { WatchdogConfig } from '../../../apps/watchdog/src/config.ts';

type Services = WatchdogConfig['services'];
type Config = Services[number]['config'];

/** Safeguards that `--sabotage` breaks, one at a time, in the watchdog of the run, and the case that is there for each. */
export const sabotages = {
  'text-for-json': {
    case: '7',
    break: eachProbe((probe) => (probe.type === 'http' ? { ...probe, json: [], contains: ['healthy'] } : probe)),
  },
  'no-budget': { case: '9', break: (config) => ({ ...config, budgets: {} }) },
  'integrity-alone': {
    case: '17',
    break: eachProbe((probe) => (probe.type === 'sqlite' ? { ...probe, requireTables: [], minBytes: 0 } : probe)),
  },
} satisfies Record<string, { case: string; break: (config: Config) => Config }>;
export type Sabotage = keyof typeof sabotages;

export const sabotageNames = Object.keys(sabotages) as Sabotage[];

/** The configuration with one safeguard less in every service. */
export const withSabotage = (config: WatchdogConfig, name: Sabotage): WatchdogConfig => ({
  ...config,
  services: config.services.map((service) => ({ ...service, config: sabotages[name].break(service.config) })),
});

type Probe = Config['probes'][string];

function eachProbe(change: (probe: Probe) => Probe): (config: Config) => Config {
  return (config) => ({ ...config, probes: mapOf(config.probes, change) });
}

const mapOf = <T>(values: Record<string, T>, change: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
