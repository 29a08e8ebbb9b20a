import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { LineIcon, Logo } from '../components/icons.tsx';
import { StateShape } from '../components/state-mark.tsx';
import { NewCritical } from '../features/alerts/new-critical.tsx';
import { useStatusView } from '../features/status/use-status-view.ts';
import { useUiConfig, useWords } from '../lib/page-context.ts';
import type { PanelView } from '../lib/use-panel.ts';
import { Navigation, SideFoot } from './side-content.tsx';
import { useScrollToPlace } from './use-scroll-to-place.ts';
import { useShortcuts } from './use-shortcuts.ts';

function Brand({ compact = false }: { compact?: boolean }) {
  return (
    <Link className="brand" href="/">
      <Logo />
      <span>yoban</span>
      {!compact && <small lang="ja">夜番</small>}
    </Link>
  );
}

function StatusWord() {
  const words = useWords();
  const view = useStatusView();
  if (!view) return null;
  const fresh = view.freshness.kind === 'fresh';
  return (
    <span className={`state is-${view.state}`}>
      <StateShape shape={view.state} />
      {fresh ? words[view.health.status] : words[view.state]}
    </span>
  );
}

/** Under 960 px: the state stays in sight, everything else is behind one button. */
function TopBar() {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const [location] = useLocation();
  useEffect(() => {
    if (location) setOpen(false);
  }, [location]);
  return (
    <header className="topbar">
      <Brand compact />
      <div className="right">
        <StatusWord />
        <button
          type="button"
          className="btn small"
          aria-expanded={open}
          aria-controls="drawer"
          onClick={() => setOpen(!open)}
          data-testid="menu"
        >
          <LineIcon name="menu" />
          <span className="sr">{words.menu}</span>
        </button>
      </div>
      {open && (
        <div className="drawer" id="drawer">
          <Navigation />
          <SideFoot />
        </div>
      )}
    </header>
  );
}

/** `1✕`, `2▲`, `?` without contact, nothing when all is well. */
function titleMark(view: PanelView | null): string {
  if (!view) return '';
  if (view.freshness.kind !== 'fresh') return '?';
  const { status, reasons } = view.health;
  return status === 'healthy' ? '' : `${reasons.length || 1}${status === 'unhealthy' ? '✕' : '▲'}`;
}

/** `(1✕) name · yoban`: a tab in the background tells its state too, also that it knows none. */
function PageTitle() {
  const { displayName } = useUiConfig();
  const mark = titleMark(useStatusView());
  const title = `${mark && `(${mark}) `}${displayName} · yoban`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  return null;
}

export function Shell({ children }: { children: ReactNode }) {
  const words = useWords();
  useShortcuts();
  useScrollToPlace();
  return (
    <>
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <TopBar />
      <div className="shell">
        <aside className="side" aria-label={words.sideLabel}>
          <Brand />
          <Navigation />
          <SideFoot />
        </aside>
        <main className="main" id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
      <PageTitle />
      <NewCritical />
    </>
  );
}
