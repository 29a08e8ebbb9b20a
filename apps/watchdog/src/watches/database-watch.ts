import type { Observed } from '@yoban/host-tools/probes/probe';
import { lookAtSqliteFile, type SqliteFileLook } from '@yoban/host-tools/probes/sqlite-file';
import type { CheckOf, CheckResult } from '@yoban/shared/contracts/check';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { announcedAt } from '@yoban/shared/maintenance';
import type { OneAtATime } from '@yoban/shared/one-at-a-time';
import { checkLiveIntegrity, type LiveIntegrity } from '@yoban/sqlite-tools/check-live-integrity';
import type { WatchedDatabase } from '../config.ts';
import { type DatabaseEvent, DatabaseState, stepDatabase } from '../core/database-fault.ts';
import { FaultKeeper } from '../fault-keeper.ts';
import { type Repeat, repeat } from '../repeat.ts';
import type { Watch, WatchDeps } from './watch.ts';

/** While a file looks bad, the next look comes sooner: two in a row make a fault. */
const lookAgainMs = SECOND;

/**
 * Watches one database file from outside. This process reads it only by plain reads and never opens it through SQLite (SQLite
 * process rule); integrity is checked in a child that ends, one at a time in the whole watchdog.
 */
export class DatabaseWatch implements Watch {
  readonly #db: WatchedDatabase;
  readonly #deps: WatchDeps;
  readonly #oneAtATime: OneAtATime;
  readonly #keeper: FaultKeeper<DatabaseState>;
  #look: Observed<SqliteFileLook> | null = null;
  #integrityOkAt: string | null;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #asked = false;
  readonly #end = new AbortController();
  #checking: Promise<void> | null = null;
  #shown = '';
  #loop: Repeat | null = null;

  constructor(db: WatchedDatabase, deps: WatchDeps, oneAtATime: OneAtATime) {
    this.#db = db;
    this.#deps = deps;
    this.#oneAtATime = oneAtATime;
    this.#keeper = new FaultKeeper({
      subject: `database/${db.name}`,
      service: db.toldUnder,
      schema: DatabaseState,
      fresh: { at: 'unseen', since: Date.now() },
      store: deps.store,
      log: deps.log,
      wake: deps.wake,
    });
    this.#integrityOkAt = deps.store.readMark(this.#okMark) || null;
  }

  start(): void {
    this.#showOnBoard();
    this.#loop = repeat(
      'database',
      () => this.#everyMs(),
      () => this.#lookNow(),
      this.#deps.log,
    );
    this.#loop.now();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#loop?.stop();
  }

  /** Something happened that may have damaged it, such as a crash of its writer. */
  suspect(): void {
    if (performance.now() - this.#checkedAt < this.#deps.config.pace.integrityGapMs) return;
    this.#asked = true;
    this.#loop?.now();
  }

  sample(): CheckResult[] {
    const look = this.#look;
    if (!look) return [];
    const check: CheckOf<'database'> = {
      check: 'database',
      service: this.#db.toldUnder,
      observedAt: isoTime(look.observedAt),
      everyMs: this.#deps.config.pace.databaseEveryMs,
      name: this.#db.name,
      state: this.#shownState(look),
      sizeMb: look.sizeMb,
      lastWriteAt: look.lastWriteAt === null ? null : isoTime(look.lastWriteAt),
      integrityOkAt: this.#integrityOkAt,
      error: look.detail,
    };
    return [check];
  }

  get #okMark(): string {
    return `integrity-ok/${this.#db.name}`;
  }

  #shownState(look: SqliteFileLook): CheckOf<'database'>['state'] {
    const { state } = this.#keeper;
    if (state.at === 'bad') return state.kind;
    if (state.at === 'unseen' || look.state === 'unreadable') return 'unknown';
    if (look.state === 'empty') return 'missing';
    return look.state;
  }

  #everyMs(): number {
    const { at } = this.#keeper.state;
    return at === 'suspect' || at === 'bad' ? lookAgainMs : this.#deps.config.pace.databaseEveryMs;
  }

  #inMaintenance(): boolean {
    return announcedAt(this.#deps.config.paths.run, this.#db.toldUnder, Date.now()) !== null;
  }

  async #lookNow(): Promise<void> {
    this.#look = await lookAtSqliteFile(this.#db.path);
    const { state, detail, fileId } = this.#look;
    if (this.#inMaintenance()) return;
    const wants = this.#take({ type: 'look', state, detail, fileId });
    const due = performance.now() - this.#checkedAt >= this.#deps.config.pace.integrityEveryMs;
    if (state === 'ok' && (wants || due || this.#asked)) this.#checkIntegrity();
  }

  /** Beside the looks, which go on meanwhile: a check of a large file takes its time. */
  #checkIntegrity(): void {
    if (this.#checking !== null) {
      // The one under way may be of a file that was replaced since: asked again when it has ended.
      this.#asked = true;
      return;
    }
    this.#asked = false;
    this.#checkedAt = performance.now();
    this.#checking = this.#oneAtATime(async () => {
      const before = await lookAtSqliteFile(this.#db.path);
      const found = await checkLiveIntegrity(this.#db.path);
      const after = await lookAtSqliteFile(this.#db.path);
      // Swapped or being restored meanwhile: the answer is about a file that is no more.
      if (before.fileId !== after.fileId || this.#inMaintenance()) this.#asked = true;
      else if (!this.#end.signal.aborted) this.#judge(found, after.fileId);
    })
      .catch((error: unknown) =>
        this.#deps.log.error({ event: 'database.check_failed', db: this.#db.name, err: error }),
      )
      .finally(() => {
        this.#checking = null;
      });
  }

  #judge(found: LiveIntegrity, fileId: string | null): void {
    this.#deps.log.info({ event: 'database.checked', db: this.#db.name, state: found.state });
    if (found.state === 'unknown') return;
    if (found.state === 'ok') this.#keepOk(isoTime(Date.now()));
    const detail = found.state === 'corrupt' ? found.detail.slice(0, 200) : null;
    this.#take({ type: 'integrity', state: found.state, detail, fileId });
  }

  #keepOk(at: string | null): void {
    this.#integrityOkAt = at;
    this.#deps.store.mark(this.#okMark, at ?? '');
  }

  /** Gives whether the file has to be checked now. */
  #take(event: DatabaseEvent): boolean {
    const now = Date.now();
    const policy = { service: this.#db.toldUnder, db: this.#db.name };
    const { wantsIntegrity, ...step } = stepDatabase(this.#keeper.state, event, policy, now);
    // Another file: what was proven of the one before does not hold for it.
    if (step.reason === 'file_replaced') this.#keepOk(null);
    this.#keeper.take(step, now);
    this.#showOnBoard();
    const shown = `${this.#keeper.state.at}/${this.#integrityOkAt}`;
    if (shown !== this.#shown) this.#deps.publish(this.sample());
    this.#shown = shown;
    return wantsIntegrity;
  }

  #showOnBoard(): void {
    const { at } = this.#keeper.state;
    const standing = at === 'bad' ? 'open' : at === 'suspect' ? 'coming' : 'none';
    this.#deps.board.set(this.#db.toldUnder, `database/${this.#db.name}`, 'database_corrupt', standing);
  }
}
