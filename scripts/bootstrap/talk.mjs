const firstWordAfterMs = 2_000;
const nextWordAfterMs = 10_000;

/** A problem the person at the keyboard can solve: told without a stack, then the process ends with `exitCode`. */
export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.name = 'SetupError';
    this.exitCode = exitCode;
  }
}

/** One line to stderr; stdout belongs to the command that was asked for. */
export function say(message) {
  process.stderr.write(`[yoban] ${message}\n`);
}

/** Runs `work`; says what is going on once it takes longer than two seconds, and again every ten. */
export async function withProgress(what, work) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  let spoke = false;
  const speak = () => {
    say(spoke ? `${what} ... ${seconds()} s` : `${what} ...`);
    spoke = true;
    timer = setTimeout(speak, nextWordAfterMs);
  };
  let timer = setTimeout(speak, firstWordAfterMs);
  try {
    const result = await work();
    if (spoke) say(`${what}: done in ${seconds()} s`);
    return result;
  } finally {
    clearTimeout(timer);
  }
}
