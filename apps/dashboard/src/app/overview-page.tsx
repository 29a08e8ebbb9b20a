import type { BackupOverview } from '@yoban/shared/contracts/backup';
import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { LineIcon } from '../components/icons.tsx';
import { PageHead } from '../components/page-head.tsx';
import { StateShape } from '../components/state-mark.tsx';
import { AlertsPanel } from '../features/alerts/alerts-panel.tsx';
import { BackUpNow, usePrimaryBackup } from '../features/backups/backup-now.tsx';
import { BackupsPanel } from '../features/backups/backups-panel.tsx';
import { GamePanel } from '../features/game/game-panel.tsx';
import { LlmPanel } from '../features/llm/llm-panel.tsx';
import { PlatformsPanel } from '../features/platforms/platforms-panel.tsx';
import { ProcessPanel } from '../features/process/process-panel.tsx';
import { SilenceNotice } from '../features/silences/silence-notice.tsx';
import { StatusBanner } from '../features/status/status-banner.tsx';
import { SystemPanel } from '../features/system/system-panel.tsx';
import { TipsPanel } from '../features/tips/tips-panel.tsx';
import type { Messages } from '../i18n/messages.ts';
import { useUiConfig, useWords } from '../lib/page-context.ts';
import { useHealth } from '../lib/queries.ts';
import type { UiConfig } from '../lib/ui-config.ts';

type PanelId = 'process' | 'llm' | 'tips' | 'game' | 'platforms' | 'backups' | 'system';

const panels: { id: PanelId; panel: ReactNode }[] = [
  { id: 'process', panel: <ProcessPanel /> },
  { id: 'llm', panel: <LlmPanel /> },
  { id: 'tips', panel: <TipsPanel /> },
  { id: 'game', panel: <GamePanel /> },
  { id: 'platforms', panel: <PlatformsPanel /> },
  { id: 'backups', panel: <BackupsPanel /> },
];

/** Panels with a source. Platforms stay as long as one of them has one; the others say "not configured" in their row. */
function isConfigured(id: PanelId, { checks }: HealthResponse): boolean {
  if (id !== 'platforms') return checks[id].configured;
  const { youtube, tiktok, obs } = checks.platforms;
  return youtube.configured || tiktok.configured || obs.configured;
}

const titleOf = (id: PanelId, words: Messages) => words[id];

function keyOf(id: PanelId, { notConfigured }: UiConfig): string | null {
  return notConfigured.find(({ panel }) => panel === id)?.key ?? null;
}

/** One dashed line for each panel without a source, with the key that would give it one: never an empty panel. */
function NotConfigured({ ids }: { ids: readonly PanelId[] }) {
  const words = useWords();
  const config = useUiConfig();
  if (ids.length === 0) return null;
  return (
    <ul className="unset">
      {ids.map((id) => {
        const key = keyOf(id, config);
        return (
          <li key={id} data-testid={`panel.${id}`} data-state="not-configured">
            <StateShape shape="unknown" />
            <b>{titleOf(id, words)}</b>
            <span>
              {key === null ? (
                words.notConfigured
              ) : (
                <>
                  {words.notSetUpAdd} <code>{key}</code> {words.notSetUpTo}
                </>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** A fault of yoban itself is said at the top: it must not hide behind the app's state. */
function KitNotice({ kit }: { kit: HealthResponse['checks']['kit'] }) {
  const words = useWords();
  const told = [
    kit.bus === 'down' && words.busDown,
    kit.bus === 'unsafe' && words.busUnsafe,
    kit.store === 'down' && words.storeDown,
  ].filter((text): text is string => Boolean(text));
  return told.map((text) => (
    <div key={text} className="notice is-warn" data-testid="kit-notice">
      <StateShape shape="warn" px={16} />
      <span className="txt">{text}</span>
    </div>
  ));
}

function Actions({ overview }: { overview: BackupOverview | null }) {
  const words = useWords();
  return (
    <>
      <Link className="btn fold" href="/alerts/silences?new=1">
        <LineIcon name="silence" />
        <span>{words.silence}</span>
      </Link>
      <BackUpNow overview={overview} />
    </>
  );
}

export function OverviewPage() {
  const words = useWords();
  const { displayName, primary } = useUiConfig();
  const overview = usePrimaryBackup(primary);
  const health = useHealth()?.value;
  const shown = health ? panels.filter(({ id }) => isConfigured(id, health)) : [];
  const ids = health ? [...panels.map(({ id }) => id), 'system' as const] : [];
  return (
    <>
      <PageHead title={words.overview} about={displayName} action={<Actions overview={overview} />} />
      <SilenceNotice />
      {!health && <p className="mute">{words.loading}</p>}
      {health && (
        <>
          <KitNotice kit={health.checks.kit} />
          <StatusBanner />
          <div className="grid">
            {shown.map(({ id, panel }) => (
              <Slot key={id}>{panel}</Slot>
            ))}
            <AlertsPanel />
            {isConfigured('system', health) && <SystemPanel />}
          </div>
          <NotConfigured ids={ids.filter((id) => !isConfigured(id, health))} />
        </>
      )}
    </>
  );
}

const Slot = ({ children }: { children: ReactNode }) => children;
