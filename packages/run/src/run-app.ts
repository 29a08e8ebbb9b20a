import { createServer, type Server } from 'node:net';
import type { RunClock } from './app-hands.ts';
import type { AppOutput } from './app-output.ts';
import { AppRunner } from './app-runner.ts';
import { claimSocket } from './claim-socket.ts';
import { type Desk, serveConnection } from './connection.ts';
import type { AppTrace } from './leftovers.ts';
import type { RunNotice } from './notices.ts';
import type { RunOptions } from './parse-options.ts';
import { pidNamespace, readProcess, residentMb } from './proc.ts';
import type { Status } from './protocol.ts';
import { createPushDesk } from './push-desk.ts';
import { RunError } from './run-error.ts';
import { dropState, type Identity, keepState, keptState } from './state-file.ts';
import { createVoice } from './voice.ts';
import { watchSignals } from './watch-signals.ts';
import { type RunWords, runWords } from './words/words.ts';

/** In the app's environment and in that of all it starts: how they are found again, and how one of them can ask its parent. */
const markName = 'YOBAN_RUN_SOCKET';
const maxConnections = 64;
const memoryLookEveryMs = 2_000;
const clock: RunClock = { epochMs: Date.now, steadyMs: () => performance.now() };

/**
 * Runs the app until a signal ends the parent (0), its first start fails, or it cannot be ended (1).
 * @throws RunError before anything was started, and RUN_NOT_STARTED when the command cannot be executed.
 */
export async function runApp(options: RunOptions, env: NodeJS.ProcessEnv): Promise<0 | 1> {
  const words = runWords(options.lang);
  const parent = ownIdentity(words);
  const server = createServer({ allowHalfOpen: true });
  server.maxConnections = maxConnections;
  const claim = await claimSocket(server, options.socket, words);
  const voice = createVoice(options, words);
  const mark = `${markName}=${options.socket}`;
  const runner: AppRunner = new AppRunner({
    ...{ options, words, output: voice.output, clock },
    env: { ...env, [markName]: options.socket },
    orphans: orphanTrace(options.socket, mark),
    trace: { session: null, mark, sinceTicks: parent.startTicks },
    tell: voice.tell,
    push: (event) => desk.push(event),
    keep: (app) => keepOrTell(options.socket, parent, app, voice.tell),
  });
  const status = (): Status => statusOf(runner, parent, voice.output);
  const desk = createPushDesk(status, clock.epochMs);
  voice.attachStatus(status);
  const hangUp = serve(server, {
    status,
    wish: (kind, answer) => runner.wish(kind, answer),
    watch: desk.watch,
    tooMany: words.refusals.tooMany,
  });
  if (options.policy.memoryLimitMb !== null) setInterval(() => runner.checkMemory(), memoryLookEveryMs).unref();
  watchSignals(
    () => runner.terminate(),
    (signal) => runner.forward(signal),
  );
  if (parent.pid === 1) voice.tell({ kind: 'first' });
  runner.begin();
  const code = await runner.end;
  claim.release();
  // With 1 something of the app may still run: whoever comes after us is to find it.
  if (code === 0 || voice.problem()) dropState(options.socket);
  hangUp();
  await voice.finish();
  const problem = voice.problem();
  if (problem) throw problem;
  return code;
}

function ownIdentity(words: RunWords): Identity {
  const self = process.platform === 'linux' ? readProcess(process.pid) : null;
  if (self === null) throw new RunError('RUN_NOT_STARTED', words.linuxOnly, words.linuxOnlyHint);
  return { pid: self.pid, startTicks: self.startTicks };
}

/** The session of an app left behind can only be trusted while its first process lives; else the mark alone counts. */
function orphanTrace(socket: string, mark: string): AppTrace {
  const kept = keptState(socket);
  const app = kept?.app ?? null;
  const isThere = app !== null && readProcess(app.pid)?.startTicks === app.startTicks;
  return { session: isThere ? app.pid : null, mark, sinceTicks: kept?.parent.startTicks ?? 0 };
}

function statusOf(runner: AppRunner, parent: Identity, output: AppOutput): Status {
  const facts = runner.facts();
  return {
    version: 1,
    ...facts,
    memoryMb: facts.pid === null ? null : residentMb(facts.pid),
    cpuTicks: facts.pid === null ? null : (readProcess(facts.pid)?.cpuTicks ?? null),
    pidNamespace: pidNamespace(),
    parent,
    logs: output.logs,
  };
}

function keepOrTell(socket: string, parent: Identity, app: Identity, tell: (notice: RunNotice) => void): void {
  try {
    keepState(socket, parent, app);
  } catch (error) {
    tell({ kind: 'state-unkept', message: error instanceof Error ? error.message : String(error) });
  }
}

/** Serves every client until the returned function is called, which lets each read what was sent to it. */
function serve(server: Server, desk: Desk): () => void {
  const hangUps = new Set<() => void>();
  server.on('connection', (socket) => {
    const hangUp = () => socket.destroySoon();
    hangUps.add(hangUp);
    socket.on('close', () => hangUps.delete(hangUp));
    serveConnection(socket, desk);
  });
  // Too many open files: that client has to try again, and the app must not suffer for it.
  server.on('error', () => undefined);
  return () => {
    server.close();
    for (const hangUp of hangUps) hangUp();
  };
}
