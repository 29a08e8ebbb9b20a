import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunningProcess, Supervisor, SupervisorEvent } from '../src/supervisors/supervisor.ts';

/** One service in the hands of a supervisor, which a test can hurt. */
export interface SupervisedApp {
  supervisor: Supervisor;
  /** The same kind, for a service that its supervisor does not know or a supervisor that is not there. */
  nowhere: Supervisor;
  /** Ends the running process from outside, as a crash would. */
  crash(): unknown;
  /** From now on it fails at its start (true), or not any more. */
  breakStart(broken: boolean): unknown;
  /** Ends all of it. */
  end(): Promise<void>;
}

/** What every kind of supervisor promises, whatever it drives. `setUp` gives an app that runs. */
export function superviseConformance(kind: string, setUp: () => Promise<SupervisedApp>): void {
  describe(`supervisor ${kind}`, () => {
    let app: SupervisedApp;
    let events: SupervisorEvent[] = [];
    let endWatch: () => void;
    beforeAll(async () => {
      app = await setUp();
      endWatch = app.supervisor.watch((event) => events.push(event));
    });
    beforeEach(() => {
      events = [];
    });
    afterAll(async () => {
      endWatch();
      await app.end();
    });
    const running = (other?: RunningProcess) =>
      waitFor('the process', () => {
        const now = app.supervisor.processNow();
        return now && (now.pid !== other?.pid || now.startTicks !== other.startTicks) ? now : null;
      });
    const heard = (event: SupervisorEvent['event']) =>
      waitFor(event, () => events.some((one) => one.event === event), 30_000);

    test('tells one and the same process of what runs, by either way', async () => {
      const { pid, startTicks } = await running();
      const status = await app.supervisor.describe();
      expect(status).toMatchObject({ state: 'online', pid, startTicks, gaveUp: false });
      expect(Math.abs((status.startedAt ?? 0) - Date.now())).toBeLessThan(120_000);
      expect(app.supervisor.kind).toBe(kind);
    });

    test('pushes an exit and a start, and counts the restart', async () => {
      const [before, { restarts }] = [await running(), await app.supervisor.describe()];
      await app.crash();
      await heard('exit');
      await running(before);
      await heard('online');
      expect((await app.supervisor.describe()).restarts).toBe((restarts ?? 0) + 1);
    });

    test('measures it', async () => {
      await running();
      await waitFor('memory in use', () => (app.supervisor.use()?.memoryMb ?? 0) > 1);
    });

    test('has stopped it when stop returns, and may be asked to stop what is stopped', async () => {
      const before = await running();
      await app.supervisor.stop();
      await expect(app.supervisor.describe()).resolves.toMatchObject({ state: 'stopped', pid: null, gaveUp: false });
      await waitFor('nobody', () => app.supervisor.processNow() === null);
      await app.supervisor.stop();
      await app.supervisor.start();
      const after = await running(before);
      await app.supervisor.start();
      expect(app.supervisor.processNow()).toEqual(after);
    });

    test('has another process running when restart returns, also where none ran', async () => {
      const before = await running();
      await app.supervisor.restart();
      const second = await running(before);
      await app.supervisor.stop();
      await app.supervisor.restart();
      await running(second);
    });

    test('says when it gives up, and starts it again with a fresh budget', async () => {
      const before = await running();
      await app.breakStart(true);
      await app.crash();
      await heard('gave-up');
      await expect(app.supervisor.describe()).resolves.toMatchObject({ gaveUp: true, pid: null });
      expect(app.supervisor.processNow()).toBeNull();
      await app.breakStart(false);
      await app.supervisor.start();
      await running(before);
      const { unstableRestarts, gaveUp } = await app.supervisor.describe();
      expect([unstableRestarts ?? 0, gaveUp]).toEqual([0, false]);
    });

    test('is not to be asked where nobody is, and says what to do about it', async () => {
      for (const ask of ['describe', 'stop', 'start', 'restart'] as const) {
        await expect(app.nowhere[ask](), ask).rejects.toMatchObject({
          ...{ code: 'SUPERVISOR_UNAVAILABLE', hint: expect.stringMatching(/.{20}/) },
        });
      }
      expect(app.nowhere.processNow() ?? null).toBeNull();
      expect(app.nowhere.use()).toBeNull();
    });

    test('says nothing more to one who has stopped listening', async () => {
      const before = await running();
      const late: string[] = [];
      app.supervisor.watch(({ event }) => late.push(event))();
      endWatch();
      endWatch = app.supervisor.watch((event) => events.push(event));
      await running();
      late.length = 0;
      await app.crash();
      await heard('exit');
      await running(before);
      expect(late).toEqual([]);
    });
  });
}
