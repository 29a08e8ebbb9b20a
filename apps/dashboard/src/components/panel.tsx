import { createContext, type ReactNode, useContext } from 'react';
import { Link } from 'wouter';
import { ago, duration } from '../lib/format.ts';
import type { Freshness } from '../lib/freshness.ts';
import { useLocale, useWords } from '../lib/page-context.ts';
import type { PanelState } from '../lib/panel-state.ts';
import { Chevron } from './icons.tsx';
import { StateMark } from './state-mark.tsx';

const UnknownContext = createContext(false);
/** The panel around has no data: whatever it last knew must not be shown as present. */
export const useUnknown = (): boolean => useContext(UnknownContext);

/** `8 s ago`, `34 s old, expected every 10 s`, `no data for 5 min`. */
function Age({ freshness }: { freshness: Freshness }) {
  const words = useWords();
  const locale = useLocale();
  const span = (seconds: number) => duration(seconds * 1000, locale, 1);
  if (freshness.kind === 'fresh') {
    return <>{freshness.ageS === null ? words.asOf(ago(0, locale)) : words.asOf(ago(freshness.ageS * 1000, locale))}</>;
  }
  if (freshness.kind === 'unknown') {
    return <b>{freshness.ageS === null ? words.noDataYet : words.noDataFor(span(freshness.ageS))}</b>;
  }
  return (
    <>
      <b>{words.old(span(freshness.ageS))}</b>
      {words.expectedEvery(span(freshness.everyS))}
    </>
  );
}

/** One panel of the overview: title and state, the lead number with its day, at most four rows, its age. */
export function Panel({
  id,
  title,
  state,
  freshness,
  href,
  className = '',
  children,
}: {
  id: string;
  title: string;
  state: PanelState;
  freshness: Freshness;
  href: string;
  className?: string;
  children: ReactNode;
}) {
  const words = useWords();
  const locale = useLocale();
  const extra = freshness.kind === 'stale' ? duration(freshness.ageS * 1000, locale, 1) : '';
  return (
    <section
      className={`panel is-${state} ${className}`}
      aria-labelledby={`panel-${id}`}
      data-testid={`panel.${id}`}
      data-state={state}
    >
      <header>
        <h2 id={`panel-${id}`}>{title}</h2>
        <StateMark state={state} extra={extra} />
      </header>
      <UnknownContext value={state === 'unknown'}>{children}</UnknownContext>
      <footer>
        <span>
          <Age freshness={freshness} />
        </span>
        <Link href={href} aria-label={`${title}: ${words.details}`}>
          {words.details}
          <Chevron />
        </Link>
      </footer>
    </section>
  );
}

/**
 * One number on the page. `raw` is the value as the server gave it; the text is what a person reads. In a panel without data both
 * are gone: an old value must not pass for a present one.
 */
export function Value({
  id,
  raw,
  bad = false,
  children,
}: {
  id: string;
  raw: string | number | boolean | null;
  bad?: boolean;
  children: ReactNode;
}) {
  const unknown = useUnknown();
  return (
    <span data-testid={id} data-value={unknown || raw === null ? '' : String(raw)} className={bad ? 'bad' : undefined}>
      {unknown || raw === null ? '–' : children}
    </span>
  );
}

/** The one number in front, with its unit, a note and the last day beside it. `lastValue` replaces the note when data is gone; null = there never was one. */
export function Lead({
  label,
  value,
  unit,
  note,
  lastValue,
  chart,
}: {
  label: string;
  value: ReactNode;
  unit: string;
  note: ReactNode;
  lastValue: string | null;
  chart: ReactNode;
}) {
  const unknown = useUnknown();
  const words = useWords();
  return (
    <div className="lead">
      <div>
        <div className="k">{label}</div>
        <div className="v">
          {value}
          {!unknown && unit && <small>{unit}</small>}
        </div>
        <div className="n">{(unknown ? lastValue && words.lastValue(lastValue) : note) || '\u00a0'}</div>
      </div>
      {chart}
    </div>
  );
}

export function Rows({ children }: { children: ReactNode }) {
  return <dl className="rows">{children}</dl>;
}

export function Row({ label, children, note }: { label: string; children: ReactNode; note?: ReactNode }) {
  const unknown = useUnknown();
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {children}
        {note && !unknown && (
          <>
            {' '}
            <small>{note}</small>
          </>
        )}
      </dd>
    </div>
  );
}
