// pm2 reads CommonJS only: an .mjs or ESM .js ecosystem file ends in "No script path - aborting".
// Environment: whoever calls pm2 (scripts/start.mjs) gives all variables; nothing is set twice here.
const path = require('node:path');

const root = path.resolve(__dirname, '..', '..');
const logs = path.join(process.env.YOBAN_HOME ?? path.join(root, '.yoban'), 'logs');

const shared = {
  cwd: root,
  // The Node that runs pm2, not the first one on a PATH that may be years old.
  interpreter: process.execPath,
  exec_mode: 'fork',
  instances: 1,
  autorestart: true,
  watch: false,
  merge_logs: true,
  exp_backoff_restart_delay: 100,
  kill_timeout: 10_000,
};

/** A service of the kit: it says itself when it is ready, and it is brought back for as long as it takes. */
const service = (name) => ({
  ...shared,
  name: `yoban-${name}`,
  script: path.join(root, 'apps', name, 'dist', 'main.js'),
  node_args: ['--max-semi-space-size=1', '--disable-warning=ExperimentalWarning'],
  wait_ready: true,
  listen_timeout: 20_000,
  max_restarts: 1_000_000,
  min_uptime: '10s',
  out_file: path.join(logs, `${name}.log`),
  error_file: path.join(logs, `${name}.log`),
});

/** The guarded app: the pm2 values of row H7 but restart_delay, which pm2 ignores beside the backoff. */
const ailife = {
  ...shared,
  name: 'ailife',
  script: path.join(root, 'examples', 'ailife', 'dist', 'main.js'),
  node_args: ['--max-semi-space-size=1'],
  max_memory_restart: '512M',
  max_restarts: 10,
  min_uptime: '60s',
  out_file: path.join(logs, 'pm2-out.log'),
  error_file: path.join(logs, 'pm2-error.log'),
  log_date_format: 'YYYY-MM-DD HH:mm:ss Z',
};

/** Its outside world (model, YouTube, TikTok, OBS) on this machine. */
const standIns = {
  ...shared,
  name: 'ailife-standins',
  script: path.join(root, 'examples', 'ailife', 'dist', 'standins-main.js'),
  node_args: ['--max-semi-space-size=1'],
  max_restarts: 1_000_000,
  out_file: path.join(logs, 'ailife-standins.log'),
  error_file: path.join(logs, 'ailife-standins.log'),
};

// The launcher says "no" when the configuration guards other apps: the example would write into their DB_PATH.
const example = process.env.YOBAN_WITH_EXAMPLE === 'no' ? [] : [standIns, ailife];

module.exports = {
  apps: [service('health-api'), service('alerter'), service('backup-worker'), service('watchdog'), ...example],
};
