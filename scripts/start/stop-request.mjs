const sameRequestMs = 1_000;

/**
 * Turns signals into one request to stop. Ctrl-C reaches us twice, from the terminal and forwarded by npm; within a second
 * that is one request. A later one means "now": `onForce` is called.
 */
export function listenForStop({ onStop, onForce }) {
  let requestedAt;
  let request;
  const requested = new Promise((resolve) => {
    request = resolve;
  });
  const onSignal = (signal) => {
    if (requestedAt === undefined) {
      requestedAt = Date.now();
      onStop();
      request(signal);
    } else if (Date.now() - requestedAt > sameRequestMs) {
      onForce();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  return { requested, isRequested: () => requestedAt !== undefined };
}
