import type { YobanConfig } from './yoban-config.ts';

/**
 * The configuration without what `enabled: false` turns off: channels with every mention of them, services, kicks. So that nobody
 * behind this point has to ask whether something counts.
 */
export function withoutSwitchedOff(config: YobanConfig): YobanConfig {
  const channels = onlyEnabled(config.alerts.channels);
  const isOn = (name: string) => name in channels || !(name in config.alerts.channels);
  const services = Object.entries(onlyEnabled(config.services)).map(([name, { kick, alerts, ...service }]) => [
    name,
    {
      ...service,
      ...(kick && kick.enabled !== false && { kick }),
      ...(alerts && { alerts: onlyTold(alerts, isOn) }),
    },
  ]);
  const reachable = Object.entries(channels).map(([name, { fallback, ...channel }]) => [
    name,
    { ...channel, ...(fallback !== undefined && isOn(fallback) && { fallback }) },
  ]);
  return {
    ...config,
    services: Object.fromEntries(services),
    alerts: { ...onlyTold(config.alerts, isOn), channels: Object.fromEntries(reachable) },
  };
}

const onlyEnabled = <One extends { enabled?: boolean | undefined }>(
  entries: Record<string, One>,
): Record<string, One> => Object.fromEntries(Object.entries(entries).filter(([, one]) => one.enabled !== false));

type Told = Pick<YobanConfig['services'][string]['alerts'] & object, 'routes' | 'escalation'>;

function onlyTold<One extends Told>(alerts: One, isOn: (channel: string) => boolean): One {
  const { routes, escalation } = alerts;
  return {
    ...alerts,
    ...(routes && {
      routes: {
        critical: routes.critical.filter(isOn),
        warning: routes.warning.filter(isOn),
        info: routes.info.filter(isOn),
      },
    }),
    ...(escalation && {
      escalation: escalation
        .map((level) => ({ ...level, channels: level.channels.filter(isOn) }))
        .filter(({ channels }) => channels.length > 0),
    }),
  };
}
