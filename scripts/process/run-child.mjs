import { spawn } from 'node:child_process';

const running = new Set();

/**
 * Runs a program to its end and gives `{code, stdout, stderr}`; a program that cannot be started has code 127.
 * Output is kept, not shown, unless `stdio` says otherwise. `outlives` keeps it out of reach of `endChildren` and of Ctrl-C.
 */
export function runChild(program, args, { outlives = false, ...options } = {}) {
  return new Promise((resolve) => {
    const output = { stdout: '', stderr: '' };
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: outlives, ...options });
    if (!outlives) running.add(child);
    for (const name of ['stdout', 'stderr']) {
      child[name]?.setEncoding('utf8').on('data', (text) => {
        output[name] += text;
      });
    }
    const end = (code) => {
      running.delete(child);
      resolve({ code, ...output });
    };
    child.once('error', (error) => {
      output.stderr += String(error.message);
      end(127);
    });
    child.once('close', (code) => end(code ?? 1));
  });
}

/** Ends every program that `runChild` has under way: an interrupted set-up must not go on behind our back. */
export function endChildren(signal = 'SIGTERM') {
  for (const child of running) child.kill(signal);
}
