import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { waitForLock } from '../process/pid-lock.mjs';
import { childEnvironment } from './child-environment.mjs';
import { installDependencies } from './install-dependencies.mjs';
import { toolsFolder } from './project.mjs';
import { provideNode, providePnpm } from './provide-tools.mjs';
import { say } from './talk.mjs';

/** What an interrupted fetch left; nobody else fetches while we hold the lock. */
function removeDrafts() {
  for (const name of readdirSync(toolsFolder).filter((entry) => entry.startsWith('fetch-'))) {
    rmSync(path.join(toolsFolder, name), { recursive: true, force: true });
  }
}

/**
 * Makes the clone able to run and gives `{node, pnpmFolder, env}`. Safe to call from several processes at once:
 * one does the work, the others wait for it and find it done.
 */
export async function setUp() {
  const lock = await waitForLock(path.join(toolsFolder, 'set-up.lock'), (holder) =>
    say(`waiting for the set-up under way in process ${holder?.pid ?? '?'} ...`),
  );
  try {
    removeDrafts();
    const [node, pnpmFolder] = await Promise.all([provideNode(), providePnpm()]);
    const tools = { node, pnpmFolder };
    await installDependencies(tools);
    return { ...tools, env: childEnvironment(tools) };
  } finally {
    lock.release();
  }
}
