#!/usr/bin/env node
// The way in from a fresh clone. Plain JavaScript without dependencies, since the Node that runs it may be as old as 18;
// it stays in this process (no second Node in between to lose signals or memory to), and everything it starts gets the right Node.
import process from 'node:process';
import { foreignClone } from './bootstrap/foreign-clone.mjs';
import { projectRoot } from './bootstrap/project.mjs';
import { setUp } from './bootstrap/set-up.mjs';
import { SetupError } from './bootstrap/talk.mjs';
import { watchParent } from './bootstrap/watch-parent.mjs';
import { endChildren } from './process/run-child.mjs';

const commands = {
  setup: async (_tools, args) => {
    if (!args.includes('--redis')) return 0;
    const { provideRedisServer } = await import('./redis/provide-redis-server.mjs');
    await provideRedisServer();
    return 0;
  },
  start: async (tools, args) => (await import('./start.mjs')).start(tools, args),
  dev: async (tools, args) => (await import('./dev.mjs')).dev(tools, args),
  test: async (tools, args) => (await import('./test.mjs')).test(tools, args),
};

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
const interrupted = (signal) => {
  endChildren();
  process.exit(128 + signalNumbers[signal]);
};

async function main([name, ...args]) {
  const command = commands[name];
  if (command === undefined) throw new SetupError(`usage: bootstrap.mjs ${Object.keys(commands).join('|')}`, 2);
  watchParent();
  for (const signal of Object.keys(signalNumbers)) process.on(signal, interrupted);
  const tools = await setUp();
  // From here on the command decides what a signal means.
  for (const signal of Object.keys(signalNumbers)) process.off(signal, interrupted);
  return command(tools, args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const problem = error instanceof SetupError ? error : foreignClone(error, projectRoot);
  if (problem === undefined) throw error;
  endChildren();
  process.stderr.write(`[yoban] ${problem.message}\n`);
  process.exitCode = problem.exitCode;
}
