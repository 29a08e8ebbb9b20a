import type { Messages } from '../../i18n/messages.ts';
import { type IncidentFilter, incidentStates } from '../../lib/incident-filter.ts';
import { useWords } from '../../lib/page-context.ts';
import { useHealth } from '../../lib/queries.ts';

interface Props {
  filter: IncidentFilter;
  /** Services that incidents are known of. */
  seen: readonly string[];
  change: (changed: Partial<IncidentFilter>) => void;
}

const stateWord = (state: IncidentFilter['state'], words: Messages): string =>
  ({ all: words.allStates, open: words.open, ended: words.recovered })[state];

/** Services that are configured, those that incidents come from, and the one that the address names. */
function useServiceNames(seen: readonly string[], chosen: string): string[] {
  const configured = useHealth()?.value.services.map(({ name }) => name) ?? [];
  const names = new Set([...configured, ...seen, ...(chosen === '' ? [] : [chosen])]);
  return [...names].sort((a, b) => a.localeCompare(b));
}

export function IncidentFilterBar({ filter, seen, change }: Props) {
  const words = useWords();
  const names = useServiceNames(seen, filter.service);
  return (
    <search className="filter-bar" aria-label={words.filter}>
      <select
        className="field"
        aria-label={words.state}
        value={filter.state}
        onChange={({ target }) => change({ state: incidentStates.find((one) => one === target.value) ?? 'all' })}
        data-testid="incidents.state"
      >
        {incidentStates.map((state) => (
          <option key={state} value={state}>
            {stateWord(state, words)}
          </option>
        ))}
      </select>
      <select
        className="field"
        aria-label={words.service}
        value={filter.service}
        onChange={({ target }) => change({ service: target.value })}
        data-testid="incidents.service"
      >
        <option value="">{words.allServices}</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </search>
  );
}
