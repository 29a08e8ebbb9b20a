import { useId } from 'react';
import { useWords } from '../../lib/page-context.ts';
import { durations, type SilenceDraft } from '../../lib/silence-draft.ts';

interface Choice {
  value: string;
  text: string;
}

function Choices({
  legend,
  choices,
  chosen,
  choose,
  testId,
}: {
  legend: string;
  choices: readonly Choice[];
  chosen: string;
  choose: (value: string) => void;
  testId: string;
}) {
  const name = useId();
  return (
    <fieldset className="choices">
      <legend>{legend}</legend>
      <span className="radio-row">
        {choices.map(({ value, text }) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={chosen === value}
              onChange={() => choose(value)}
              data-testid={`${testId}.${value}`}
            />
            {text}
          </label>
        ))}
      </span>
    </fieldset>
  );
}

function Moment({
  label,
  value,
  change,
  testId,
}: {
  label: string;
  value: string;
  change: (value: string) => void;
  testId: string;
}) {
  const fieldId = useId();
  return (
    <div>
      <label htmlFor={fieldId}>{label}</label>
      <input
        id={fieldId}
        className="field"
        type="datetime-local"
        value={value}
        onChange={(event) => change(event.target.value)}
        data-testid={testId}
      />
    </div>
  );
}

/** From when and until when. Moments are written in the zone that all times of the page stand in, not in that of the browser. */
export function SilenceTimes({
  draft,
  zoneText,
  change,
}: {
  draft: SilenceDraft;
  zoneText: string;
  change: (changed: Partial<SilenceDraft>) => void;
}) {
  const words = useWords();
  const lengths: Record<(typeof durations)[number], string> = {
    '15m': words.for15min,
    '1h': words.for1h,
    '4h': words.for4h,
    until: words.untilMoment,
  };
  return (
    <div className="part times">
      <Choices
        legend={words.start}
        choices={[
          { value: 'now', text: words.startNow },
          { value: 'later', text: words.startLater },
        ]}
        chosen={draft.start}
        choose={(start) => change({ start: start === 'later' ? 'later' : 'now' })}
        testId="silence.start"
      />
      {draft.start === 'later' && (
        <Moment
          label={words.startsAtZone(zoneText)}
          value={draft.startsAt}
          change={(startsAt) => change({ startsAt })}
          testId="silence.starts-at"
        />
      )}
      <Choices
        legend={words.howLong}
        choices={durations.map((value) => ({ value, text: lengths[value] }))}
        chosen={draft.duration}
        choose={(chosen) => {
          const duration = durations.find((one) => one === chosen);
          if (duration) change({ duration });
        }}
        testId="silence.for"
      />
      {draft.duration === 'until' && (
        <Moment
          label={words.endsAtZone(zoneText)}
          value={draft.endsAt}
          change={(endsAt) => change({ endsAt })}
          testId="silence.ends-at"
        />
      )}
    </div>
  );
}
