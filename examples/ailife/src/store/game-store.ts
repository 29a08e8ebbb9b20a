import { gameDay } from '../core/cycle-schedule.ts';
import { firstResidents, type Resident } from '../core/household.ts';
import type { GameDatabase } from './game-database.ts';

export interface NewMemory {
  character: string;
  text: string;
  importance: number;
}

export interface CycleRecord {
  number: number;
  plannedAt: number;
  startedAt: number;
  durationMs: number;
  driftMs: number;
  outcome: 'ok' | 'failed';
}

export interface GameSummary {
  cycle: number;
  day: number;
  /** null before the first cycle. */
  lastCycleAt: number | null;
  nextCycleAt: number;
  lastCycleDurationMs: number;
  driftMs: number;
  characters: Resident[];
}

/** The household as it is saved: what a restart goes on from. */
export class GameStore {
  readonly #db: GameDatabase;

  constructor(db: GameDatabase) {
    this.#db = db;
    if (this.residents().length === 0) this.#settleIn();
  }

  residents(): Resident[] {
    return this.#db.sql('SELECT name, activity, mood FROM characters ORDER BY id').all() as Resident[];
  }

  summary(): GameSummary {
    const cycle = this.#number('cycle') ?? 0;
    return {
      cycle,
      day: gameDay(cycle),
      lastCycleAt: this.#number('last_cycle_at'),
      nextCycleAt: this.#number('next_cycle_at') ?? 0,
      lastCycleDurationMs: this.#number('last_cycle_duration_ms') ?? 0,
      driftMs: this.#number('last_cycle_drift_ms') ?? 0,
      characters: this.residents(),
    };
  }

  /** Remembers when the next cycle is due, so that a viewer sees it before that cycle has run. */
  planNext(nextCycleAt: number): void {
    this.#db.write(() => this.#set('next_cycle_at', nextCycleAt));
  }

  /** The save point: residents, memories and the cycle in one transaction. */
  saveCycle(cycle: CycleRecord, residents: Resident[], memories: NewMemory[]): void {
    this.#db.write(() => {
      for (const resident of residents) this.#saveResident(resident, cycle.startedAt);
      for (const memory of memories) this.#remember(memory, cycle.number, cycle.startedAt);
      this.#db
        .sql('INSERT INTO cycles VALUES (?, ?, ?, ?, ?, ?)')
        .run(cycle.number, cycle.plannedAt, cycle.startedAt, cycle.durationMs, cycle.driftMs, cycle.outcome);
      this.#set('cycle', cycle.number);
      this.#set('last_cycle_at', cycle.startedAt);
      this.#set('last_cycle_duration_ms', cycle.durationMs);
      this.#set('last_cycle_drift_ms', cycle.driftMs);
    });
  }

  saveChat(memory: NewMemory, now: number): void {
    this.#db.write(() => this.#remember(memory, this.#number('cycle') ?? 0, now));
  }

  #settleIn(): void {
    this.#db.write(() => {
      for (const resident of firstResidents) this.#saveResident(resident, Date.now());
      this.#set('cycle', 0);
    });
  }

  #saveResident({ name, activity, mood }: Resident, now: number): void {
    this.#db
      .sql(
        `INSERT INTO characters (name, activity, mood, updated_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET activity = excluded.activity, mood = excluded.mood, updated_at = excluded.updated_at`,
      )
      .run(name, activity, mood, now);
  }

  #remember({ character, text, importance }: NewMemory, cycle: number, now: number): void {
    this.#db
      .sql('INSERT INTO memories (character, cycle, text, importance, created_at) VALUES (?, ?, ?, ?, ?)')
      .run(character, cycle, text, importance, now);
  }

  #number(key: string): number | null {
    const value = this.#db.sql('SELECT value FROM game_state WHERE key = ?').pluck().get(key);
    return value === undefined ? null : Number(value);
  }

  #set(key: string, value: number): void {
    this.#db
      .sql('INSERT INTO game_state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, String(value));
  }
}
