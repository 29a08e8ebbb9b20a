const path = require('node:path');

const logFile = path.join(process.env.YOBAN_HOME, 'logs', 'stand-in.log');

module.exports = {
  apps: [
    {
      name: 'yoban-stand-in',
      script: path.join(__dirname, 'stand-in-service.mjs'),
      interpreter: process.execPath,
      exec_mode: 'fork',
      wait_ready: true,
      listen_timeout: 5_000,
      kill_timeout: 10_000,
      exp_backoff_restart_delay: 100,
      merge_logs: true,
      out_file: logFile,
      error_file: logFile,
    },
  ],
};
