import { useEffect, useId, useRef, useState } from 'react';
import { ServiceSelect } from '../../components/service-select.tsx';
import type { Messages } from '../../i18n/messages.ts';
import { type AlertFilter, alertLevels, alertStates } from '../../lib/alert-filter.ts';
import { useWords } from '../../lib/page-context.ts';
import { useAlerts } from '../../lib/queries.ts';

/** While somebody types, each letter would be a question to the server. */
const TYPED_AFTER_MS = 300;

type Change = (changed: Partial<AlertFilter>) => void;

const stateWord = (state: AlertFilter['state'], words: Messages): string =>
  ({
    all: words.allStates,
    open: words.open,
    acked: words.acknowledged,
    resolved: words.recovered,
    info: words.info,
  })[state];

function StateSelect({ filter, change }: { filter: AlertFilter; change: Change }) {
  const words = useWords();
  return (
    <select
      className="field"
      aria-label={words.state}
      value={filter.state}
      onChange={({ target }) => change({ state: alertStates.find((state) => state === target.value) ?? 'all' })}
      data-testid="filter.state"
    >
      {alertStates.map((state) => (
        <option key={state} value={state}>
          {stateWord(state, words)}
        </option>
      ))}
    </select>
  );
}

const levelTags = { critical: 'CRIT', warning: 'WARN', info: 'INFO' } as const;

function LevelSwitch({ filter, change }: { filter: AlertFilter; change: Change }) {
  const words = useWords();
  return (
    <fieldset className="seg levels" aria-label={words.level}>
      {alertLevels.map((level) => (
        <button
          key={level}
          type="button"
          aria-pressed={filter.level === level}
          onClick={() => change({ level })}
          data-testid={`filter.level.${level}`}
        >
          {level === 'all' ? words.all : levelTags[level]}
        </button>
      ))}
    </fieldset>
  );
}

function TextField({ filter, change }: { filter: AlertFilter; change: Change }) {
  const words = useWords();
  const fieldId = useId();
  const [typed, setTyped] = useState(filter.text);
  const latest = useRef(change);
  useEffect(() => {
    latest.current = change;
  });
  // The address may change by other ways too: the button that clears the filter, or the way back.
  useEffect(() => setTyped(filter.text), [filter.text]);
  useEffect(() => {
    if (typed.trim() === filter.text) return;
    const timer = setTimeout(() => latest.current({ text: typed }), TYPED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [typed, filter.text]);
  return (
    <>
      <label className="sr" htmlFor={fieldId}>
        {words.searchText}
      </label>
      <input
        id={fieldId}
        className="field grow"
        type="search"
        placeholder={words.searchText}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        data-testid="filter.text"
      />
    </>
  );
}

/** Narrows the list by state, level, service and words; what is chosen stands in the address. */
export function AlertFilterBar({ filter, change }: { filter: AlertFilter; change: Change }) {
  const words = useWords();
  const seen = (useAlerts() ?? []).map(({ service }) => service);
  return (
    <search className="filter-bar" aria-label={words.filter}>
      <StateSelect filter={filter} change={change} />
      <LevelSwitch filter={filter} change={change} />
      <ServiceSelect
        chosen={filter.service}
        seen={seen}
        choose={(service) => change({ service })}
        testId="filter.service"
      />
      <TextField filter={filter} change={change} />
    </search>
  );
}
