import type { HealthResponse } from '@yoban/shared/contracts/health';
import { Lead, Panel, Row, Rows, Value } from '../../components/panel.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { StateShape } from '../../components/state-mark.tsx';
import type { Messages } from '../../i18n/messages.ts';
import { ago, count, instant } from '../../lib/format.ts';
import { useLocale, useWords } from '../../lib/page-context.ts';
import { worst } from '../../lib/panel-state.ts';
import { withPresent } from '../../lib/series-window.ts';
import { extremesOf } from '../../lib/sparkline-path.ts';
import { useDay } from '../../lib/use-day.ts';
import { type PanelSource, type PanelView, usePanel } from '../../lib/use-panel.ts';

type Platforms = HealthResponse['checks']['platforms'];
type Platform = Platforms['youtube'] | Platforms['tiktok'] | Platforms['obs'];

const named = ({ youtube, tiktok, obs }: Platforms) =>
  [
    { id: 'youtube', name: 'YouTube', platform: youtube },
    { id: 'tiktok', name: 'TikTok', platform: tiktok },
    { id: 'obs', name: 'OBS', platform: obs },
  ] satisfies { id: string; name: string; platform: Platform }[];

/** The panel is as fresh as its freshest set-up platform: one silent platform is that row's matter, not the panel's. */
function sourceOf({ platforms }: HealthResponse['checks']): PanelSource {
  const configured = named(platforms).filter(({ platform }) => platform.configured);
  const ages = configured.flatMap(({ platform }) => (platform.age_s === null ? [] : [platform.age_s]));
  const allStale = configured.length > 0 && configured.every(({ platform }) => platform.stale);
  const down = configured.some(({ platform }) => platform.status === 'disconnected');
  return {
    severity: worst(down ? 'warn' : 'ok'),
    stale: allStale,
    ageS: ages.length > 0 ? Math.min(...ages) : null,
  };
}

/** What a platform last did, e.g. `poll 2 s ago`. */
function lastSign(platform: Platform, nowMs: number, words: Messages, locale: 'en' | 'ja'): string {
  const since = (iso: string) => {
    const at = instant(iso);
    return at === null ? null : ago(nowMs - at, locale);
  };
  if ('streaming' in platform) return platform.streaming ? words.streaming : words.notStreaming;
  if ('last_poll' in platform) {
    const age = since(platform.last_poll);
    return age === null ? '' : words.polled(age);
  }
  const age = since(platform.last_event);
  return age === null ? '' : words.event(age);
}

function PlatformRow({ id, name, platform, view }: { id: string; name: string; platform: Platform; view: PanelView }) {
  const words = useWords();
  const locale = useLocale();
  if (!platform.configured) {
    return (
      <div>
        <dt>{name}</dt>
        <dd data-testid={`platforms.${id}`} data-value="not-configured">
          <span className="state plain">{words.notConfigured}</span>
        </dd>
      </div>
    );
  }
  const gone = view.state === 'unknown';
  const old = platform.stale || view.state === 'stale';
  const shape = gone ? 'unknown' : old ? 'stale' : platform.status === 'ok' ? 'ok' : 'warn';
  const word = gone || old ? words[shape] : platform.status === 'ok' ? words.ok : words.disconnected;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span className="aux pre">{gone ? '' : lastSign(platform, view.nowMs, words, locale)}</span>{' '}
        <span
          className={`state is-${shape}`}
          data-testid={`platforms.${id}`}
          data-value={gone ? '' : platform.status}
          data-state={shape}
        >
          <StateShape shape={shape} />
          {word}
        </span>
      </dd>
    </div>
  );
}

export function PlatformsPanel() {
  const words = useWords();
  const day = useDay();
  const view = usePanel('platforms', sourceOf);
  if (!view) return null;
  const { platforms, ws } = view.health.checks;
  const points = withPresent(day.points('viewers'), view.freshness.kind === 'fresh' ? platforms.viewers : null);
  const found = extremesOf(points);
  const people = (n: number) => `${count(n)}${words.viewersUnit}`;
  return (
    <Panel
      id="platforms"
      title={words.platforms}
      state={view.state}
      freshness={view.freshness}
      href="/services#youtube"
    >
      <Lead
        label={words.viewers}
        value={
          <Value id="platforms.viewers" raw={platforms.viewers}>
            {count(platforms.viewers ?? 0)}
          </Value>
        }
        unit={platforms.viewers === null ? '' : words.viewersUnit}
        note={found && words.peakAt(people(found.high), day.timeAt(found.highAt))}
        lastValue={platforms.viewers === null ? null : people(platforms.viewers)}
        chart={
          <Sparkline
            what={words.viewers}
            points={points}
            floor={0}
            window={day.window}
            text={people}
            caption={found ? words.lowAt(people(found.low), day.timeAt(found.lowAt)) : words.noDataYet}
          />
        }
      />
      <Rows>
        {named(platforms).map(({ id, name, platform }) => (
          <PlatformRow key={id} id={id} name={name} platform={platform} view={view} />
        ))}
        <Row label={words.viewerScreens} note={ws.connected_clients === null ? '' : words.connected}>
          <Value id="ws.connected_clients" raw={ws.connected_clients}>
            {ws.connected_clients}
          </Value>
        </Row>
      </Rows>
    </Panel>
  );
}
