import { ServiceSelect } from '../../components/service-select.tsx';
import type { Messages } from '../../i18n/messages.ts';
import { type IncidentFilter, incidentStates } from '../../lib/incident-filter.ts';
import { useWords } from '../../lib/page-context.ts';

interface Props {
  filter: IncidentFilter;
  /** Services that incidents are known of. */
  seen: readonly string[];
  change: (changed: Partial<IncidentFilter>) => void;
}

const stateWord = (state: IncidentFilter['state'], words: Messages): string =>
  ({ all: words.allStates, open: words.open, ended: words.recovered })[state];

export function IncidentFilterBar({ filter, seen, change }: Props) {
  const words = useWords();
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
      <ServiceSelect
        chosen={filter.service}
        seen={seen}
        choose={(service) => change({ service })}
        testId="incidents.service"
      />
    </search>
  );
}
