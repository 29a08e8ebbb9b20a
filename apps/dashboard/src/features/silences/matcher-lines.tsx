import { useId } from 'react';
import { useWords } from '../../lib/page-context.ts';
import type { DraftMatcher } from '../../lib/silence-draft.ts';

const MATCHERS_MAX = 20;
const usualNames = ['service', 'alertType', 'level'];

function Line({
  line,
  place,
  namesId,
  change,
  remove,
}: {
  line: DraftMatcher;
  place: number;
  namesId: string;
  change: (changed: Partial<DraftMatcher>) => void;
  remove: (() => void) | null;
}) {
  const words = useWords();
  const operators = [
    { value: '=', text: words.matchIs },
    { value: '!=', text: words.matchIsNot },
    { value: '=~', text: words.matchLike },
    { value: '!~', text: words.matchNotLike },
  ] as const;
  return (
    <li data-testid="silence.matcher">
      <input
        className="field"
        aria-label={words.matchName(place)}
        list={namesId}
        value={line.name}
        onChange={(event) => change({ name: event.target.value })}
        data-testid="silence.matcher-name"
      />
      <select
        className="field"
        aria-label={words.matchHow(place)}
        value={line.operator}
        onChange={({ target }) => {
          const chosen = operators.find(({ value }) => value === target.value);
          if (chosen) change({ operator: chosen.value });
        }}
      >
        {operators.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <input
        className="field"
        aria-label={words.matchValue(place)}
        value={line.value}
        onChange={(event) => change({ value: event.target.value })}
        data-testid="silence.matcher-value"
      />
      {remove && (
        <button type="button" className="btn quiet" aria-label={words.removeMatch(place)} onClick={remove}>
          {words.remove}
        </button>
      )}
    </li>
  );
}

/** What a silence is for: all lines must hold. Names are ours or any label that alerts carry. */
export function MatcherLines({
  lines,
  change,
}: {
  lines: readonly DraftMatcher[];
  change: (lines: DraftMatcher[]) => void;
}) {
  const words = useWords();
  const namesId = useId();
  const next = Math.max(-1, ...lines.map(({ key }) => key)) + 1;
  return (
    <fieldset className="part">
      <legend>{words.silenceFor}</legend>
      <datalist id={namesId}>
        {usualNames.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ul className="matchers">
        {lines.map((line, index) => (
          <Line
            key={line.key}
            line={line}
            place={index + 1}
            namesId={namesId}
            change={(changed) => change(lines.map((one) => (one.key === line.key ? { ...one, ...changed } : one)))}
            remove={lines.length > 1 ? () => change(lines.filter(({ key }) => key !== line.key)) : null}
          />
        ))}
      </ul>
      {lines.length < MATCHERS_MAX && (
        <button
          type="button"
          className="btn small"
          onClick={() => change([...lines, { key: next, name: '', operator: '=', value: '' }])}
          data-testid="silence.add-matcher"
        >
          {words.addMatch}
        </button>
      )}
    </fieldset>
  );
}
