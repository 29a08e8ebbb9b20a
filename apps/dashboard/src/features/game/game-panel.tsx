import type { Character } from '@yoban/shared/contracts/report';
import type { CSSProperties } from 'react';
import { Lead, Panel, Row, Rows, useUnknown, Value } from '../../components/panel.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { ago, count, duration, fullTime, instant, latencyText } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { severityOf } from '../../lib/panel-state.ts';
import { useDay } from '../../lib/use-day.ts';
import { usePanel } from '../../lib/use-panel.ts';

function Mood({ mood }: { mood: number }) {
  const words = useWords();
  return (
    <span className="mood" title={`${words.mood} ${mood}`}>
      <i style={{ '--p': `${mood}%` } as CSSProperties} />
      <b>{Math.round(mood)}</b>
    </span>
  );
}

/** Name and activity are the app's own words and stay as they are; a mood it does not report is a dash, not a zero. */
function CharacterRow({ character }: { character: Character }) {
  const unknown = useUnknown();
  const { name, activity } = character;
  const mood = unknown ? undefined : character.mood;
  return (
    <div className="who-row" data-testid="game.character" data-name={name}>
      <dt>{name}</dt>
      <dd data-testid="game.character.activity">{unknown ? '–' : activity}</dd>
      <dd data-testid="game.character.mood" data-value={mood ?? ''}>
        {mood === undefined ? <span className="mute">–</span> : <Mood mood={mood} />}
      </dd>
    </div>
  );
}

export function GamePanel() {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const day = useDay();
  const panel = usePanel('game', ({ game }) => ({
    severity: severityOf(game.status),
    stale: game.stale,
    ageS: game.age_s,
  }));
  if (!panel) return null;
  const { game } = panel.health.checks;
  const lastMs = instant(game.last_cycle_at);
  const cycle = game.cycle_ms === null ? '' : words.cycleEvery(duration(game.cycle_ms, locale, 2));
  return (
    <Panel id="game" title={words.game} state={panel.state} freshness={panel.freshness} href="/services#game">
      <Lead
        label={words.cycle}
        value={
          <Value id="game.current_cycle" raw={game.current_cycle}>
            {count(game.current_cycle)}
          </Value>
        }
        unit=""
        note={
          <>
            {words.dayBefore}
            <span data-testid="game.game_day" data-value={game.game_day}>
              {game.game_day}
            </span>
            {words.dayAfter}
          </>
        }
        lastValue={count(game.current_cycle)}
        chart={
          <Sparkline
            what={words.cycle}
            points={day.points('cycle_ms')}
            window={day.window}
            text={(ms) => latencyText(ms, locale)}
            caption={cycle}
          />
        }
      />
      <Rows>
        <Row label={words.lastCycle}>
          <Value id="game.last_cycle_at" raw={game.last_cycle_at} bad={game.status === 'stale' && !game.stale}>
            {lastMs === null ? (
              words.never
            ) : (
              <span title={fullTime(lastMs, zone)}>{ago(panel.nowMs - lastMs, locale)}</span>
            )}
          </Value>
        </Row>
        {game.characters.map((character) => (
          <CharacterRow key={character.name} character={character} />
        ))}
      </Rows>
    </Panel>
  );
}
