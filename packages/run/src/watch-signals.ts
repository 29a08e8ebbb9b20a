/** SIGQUIT too: without a listener Ctrl-\ would end us and leave the app behind. */
const ending = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;
/** What apps are told by signals. A listener for SIGUSR1 also keeps Node from opening its inspector in us. */
const forwarded = ['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGALRM'] as const;

/** Listens until the process ends: signals that end the parent end the app first, others are the app's. */
export function watchSignals(terminate: () => void, forward: (signal: NodeJS.Signals) => void): void {
  for (const signal of ending) process.on(signal, terminate);
  for (const signal of forwarded) process.on(signal, forward);
}
