/** Words of `watchdog status`, `run-once` and `simulate`, and of what `config check` says of policies. */
export const policyEn = {
  commands: {
    'watchdog status': 'Show what the watchdog knows of each fault, and what it waits for',
    'watchdog run-once':
      'Look at everything once and repair what is found; with --dry-run, only say what would be done',
    'watchdog simulate':
      'Play a scenario through the policy on virtual time: a file, FAULT, SERVICE/FAULT or SERVICE/FAULT:ACTION',
  },
  options: {
    fast: 'look five times as often, or as the profile "fast" of yoban.yml says',
    noRecovery: 'repair nothing, say what would be done',
    dryRunOnce: 'do nothing and keep nothing, say what would be done',
  },
  watchdog: {
    notBuilt: "the watchdog's own program is not here",
    notBuiltHint: 'Run this in the clone, or in the container of the watchdog.',
    noAnswer: (why: string) => `the watchdog's program gave no answer: ${why}`,
    none: 'No service has a policy (services.<name>.faults in yoban.yml).',
    neverRan: (service: string) => `${service}: the watchdog has not looked at it yet`,
    service: (service: string, mode: string, ago: string) => `${service} (${mode}), as seen ${ago}`,
    held: (why: string) => `nothing is done now: ${why}`,
    faults: ['fault', 'state', 'for', 'until', 'tried', 'told'],
    probes: ['probe', 'is', 'seen', 'detail'],
    budgets: ['budget', 'used', 'of', 'within', 'free at'],
    kick: (action: string) => `asked for and waiting: ${action}`,
    wellDone: 'All is well.',
    unsettled: 'Not everything came to an end in time; the running watchdog would go on.',
    simulated: (service: string, mode: string, span: string) => `${service} (${mode}), ${span} of virtual time`,
    lines: ['at', 'what', 'fault', 'detail'],
    nothing: 'Nothing happens.',
  },
  lint: {
    detection: ['service', 'fault', 'found within', 'by its slowest probe'],
    lateDetection: (place: string, probe: string, worst: string, promised: string) =>
      `${place}: found within ${worst} at worst (probe ${probe}), but sla.detect promises ${promised}`,
    unusedProbe: (service: string, probe: string) =>
      `${service}: nothing uses probe ${probe}, so it is never looked at`,
    unusedAction: (service: string, action: string) => `${service}: nothing uses action ${action}`,
    unbudgetedAction: (place: string, action: string) => `${place}: no budget counts ${action}, so nothing limits it`,
    stepOverBudget: (place: string, step: number, budget: string, max: number) =>
      `${place}: step ${step} needs more starts at once than budget ${budget} has (${max}), so it is never taken`,
    stepNeverDue: (place: string, step: number) =>
      `${place}: step ${step} waits for a repair before it that did not help, and none is there`,
    shortProof: (place: string, step: number, probe: string) =>
      `${place}: step ${step} is proven within less time than one look of ${probe} may take`,
    twoRestarters: (place: string) =>
      `${place}: the supervisor restarts a crashed process itself, at the same moment; give it a firstResponder with a grace`,
    daemonUnseen: (service: string) =>
      `${service}: no fault looks at the pm2 daemon (a probe of type supervisor_daemon); with it gone, pm2 restarts nothing`,
  },
};
