import { policyReferences } from '../policy/policy-references.ts';

export interface Problem {
  path: (string | number)[];
  message: string;
}

type Section = Record<string, unknown>;

/**
 * Names in yoban.yml that point nowhere or stand twice. Looks at the document as written and steps over what has a wrong shape,
 * so that these problems are told beside the schema's and not after them.
 */
export function crossReferences(document: unknown): Problem[] {
  const root = sectionOf(document);
  const problems: Problem[] = [];
  const services = namesIn(root.services, isOn);
  const databases = listOf(root.databases).map(sectionOf);
  const targets = listOf(root.targets).map(sectionOf);
  const note = (path: Problem['path'], message: string) => problems.push({ path, message });
  const expectOne = (what: string, names: string[] | null, value: unknown, path: Problem['path']) => {
    if (names === null || typeof value !== 'string' || names.includes(value)) return;
    note(path, `no ${what} "${value}" (there are: ${names.join(', ') || 'none'})`);
  };

  expectOne('service', services, root.primary, ['primary']);
  for (const [section, entries] of Object.entries({ databases, targets })) {
    for (const { first, second, at } of twins(entries))
      note([section, at, 'name'], `"${String(second.name)}" names both ${first.path} and ${second.path}`);
  }
  const targetNames = [...targets.flatMap(({ name }) => (typeof name === 'string' ? [name] : []))];
  databases.forEach((db, at) => {
    expectOne('service', services, db.service, ['databases', at, 'service']);
    listOf(db.targets).forEach((name, index) => {
      if (name !== 'local') expectOne('target', targetNames, name, ['databases', at, 'targets', index]);
    });
  });
  for (const [name, service] of Object.entries(sectionOf(root.services)).map(
    ([name, one]) => [name, sectionOf(one)] as const,
  )) {
    listOf(service.dependsOn).forEach((other, at) => {
      expectOne('service', services, other, ['services', name, 'dependsOn', at]);
    });
    policyReferences(service, ['services', name], note);
  }
  const channels = namesIn(sectionOf(root.alerts).channels);
  for (const { names, path } of allChannelLists(root))
    listOf(names).forEach((name, at) => void expectOne('channel', channels, name, [...path, at]));
  for (const { name, value } of fallbacksOf(root))
    expectOne('channel', channels, value, ['alerts', 'channels', name, 'fallback']);
  return [...problems, ...circles(root), ...needlessIncidents(root)];
}

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const sectionOf = (value: unknown): Section => (isSection(value) ? value : {});
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Null where the section is there but no mapping: what it names is then not known, and its shape is told already. */
const namesIn = (value: unknown, counts: (entry: unknown) => boolean = () => true): string[] | null => {
  if (value === undefined) return [];
  return isSection(value) ? Object.keys(value).filter((name) => counts(value[name])) : null;
};

/** A service that is switched off is stopped and started by nobody, so nothing may rely on it. */
const isOn = (service: unknown): boolean => sectionOf(service).enabled !== false;

function twins(entries: Section[]): { first: Section; second: Section; at: number }[] {
  return entries.flatMap((second, at) => {
    const first = entries.slice(0, at).find(({ name }) => typeof name === 'string' && name === second.name);
    return first ? [{ first, second, at }] : [];
  });
}

/** Every list of channels: routes and levels of an escalation, general ones and those of services. */
function allChannelLists(root: Section): { names: unknown; path: Problem['path'] }[] {
  const ofServices = Object.entries(sectionOf(root.services)).map(([name, service]) => ({
    alerts: sectionOf(sectionOf(service).alerts),
    path: ['services', name, 'alerts'],
  }));
  return [{ alerts: sectionOf(root.alerts), path: ['alerts'] }, ...ofServices].flatMap(({ alerts, path }) => [
    ...Object.entries(sectionOf(alerts.routes)).map(([level, names]) => ({ names, path: [...path, 'routes', level] })),
    ...listOf(alerts.escalation).map((level, at) => ({
      names: sectionOf(level).channels,
      path: [...path, 'escalation', at, 'channels'],
    })),
  ]);
}

const channelsOf = (root: Section): [string, Section][] =>
  Object.entries(sectionOf(sectionOf(root.alerts).channels)).map(([name, channel]) => [name, sectionOf(channel)]);

const fallbacksOf = (root: Section): { name: string; value: unknown }[] =>
  channelsOf(root).flatMap(([name, { fallback }]) => (fallback === undefined ? [] : [{ name, value: fallback }]));

/** Fallbacks that lead back to where they began: what nobody delivers would go round for ever. */
function circles(root: Section): Problem[] {
  const next = new Map(fallbacksOf(root).map(({ name, value }) => [name, value]));
  return [...next.keys()].flatMap((name) => {
    const way = [name];
    for (let at = next.get(name); typeof at === 'string' && !way.slice(1).includes(at); at = next.get(at)) {
      way.push(at);
      if (at === name)
        return [{ path: ['alerts', 'channels', name, 'fallback'], message: `goes round: ${way.join(' -> ')}` }];
    }
    return [];
  });
}

/** PagerDuty opens an incident for whatever it gets; a digest or an info would wake somebody. */
function needlessIncidents(root: Section): Problem[] {
  const pagers = new Set(channelsOf(root).flatMap(([name, { kind }]) => (kind === 'pagerduty' ? [name] : [])));
  return allChannelLists(root)
    .filter(({ path }) => path.includes('routes') && path.at(-1) !== 'critical')
    .flatMap(({ names, path }) =>
      listOf(names).flatMap((name, at) =>
        typeof name === 'string' && pagers.has(name)
          ? [
              {
                path: [...path, at],
                message: `"${name}" is PagerDuty, which pages somebody: route only critical to it`,
              },
            ]
          : [],
      ),
    );
}
