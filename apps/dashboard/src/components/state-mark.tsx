import type { ReactNode } from 'react';
import { useWords } from '../lib/page-context.ts';
import type { PanelState } from '../lib/panel-state.ts';

export type Shape = PanelState | 'info' | 'maint';

const stroke = { fill: 'none', stroke: 'currentColor', strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
const ring = (
  <circle cx="7" cy="7" r="5.5" {...stroke} strokeWidth="1.5" strokeDasharray="2.3 2.02" strokeLinecap="butt" />
);

const shapes: Record<Shape, ReactNode> = {
  ok: <circle cx="7" cy="7" r="5.5" fill="currentColor" />,
  warn: (
    <>
      <path d="M6.2 1.9a.95.95 0 0 1 1.6 0l5.3 9a.95.95 0 0 1-.8 1.4H1.7a.95.95 0 0 1-.8-1.4z" fill="currentColor" />
      <path d="M7 5v3.2M7 10v.4" {...stroke} stroke="var(--surface)" strokeWidth="1.5" />
    </>
  ),
  error: (
    <>
      <path
        d="M6.3.9a1 1 0 0 1 1.4 0l5.4 5.4a1 1 0 0 1 0 1.4l-5.4 5.4a1 1 0 0 1-1.4 0L.9 7.7a1 1 0 0 1 0-1.4z"
        fill="currentColor"
      />
      <path d="m5.2 5.2 3.6 3.6m0-3.6L5.2 8.8" {...stroke} stroke="var(--surface)" strokeWidth="1.5" />
    </>
  ),
  stale: (
    <>
      {ring}
      <path d="M7 4.4V7l1.7 1.1" {...stroke} strokeWidth="1.4" />
    </>
  ),
  unknown: ring,
  info: <circle cx="7" cy="7" r="3" {...stroke} strokeWidth="1.5" />,
  maint: (
    <>
      <rect x="2.5" y="1.5" width="3.2" height="11" rx="1" fill="currentColor" />
      <rect x="8.3" y="1.5" width="3.2" height="11" rx="1" fill="currentColor" />
    </>
  ),
};

/** The shape of a state: colour never speaks alone. At banner size the disc carries a tick. */
export function StateShape({ shape, px = 14, className }: { shape: Shape; px?: number; className?: string }) {
  return (
    <svg className={className} width={px} height={px} viewBox="0 0 14 14" aria-hidden="true">
      {shapes[shape]}
      {shape === 'ok' && px > 20 && (
        <path d="m4.5 7.2 1.8 1.8 3.3-3.7" {...stroke} stroke="var(--surface)" strokeWidth="1.3" />
      )}
    </svg>
  );
}

/** Shape and word of a state; a pill unless it is ok, so that a healthy page stays quiet. */
export function StateMark({
  state,
  word,
  extra,
  pill = state !== 'ok',
}: {
  state: Shape;
  word?: string;
  extra?: string;
  pill?: boolean;
}) {
  const words = useWords();
  return (
    <span className={`state is-${state}${pill ? ' tag' : ''}`}>
      <StateShape shape={state} />
      {word ?? words[state]}
      {extra && (
        <>
          {' '}
          <span className="nb">{extra}</span>
        </>
      )}
    </span>
  );
}
