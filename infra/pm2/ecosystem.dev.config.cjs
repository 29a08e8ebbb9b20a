// `pnpm turbo dev`: the services run under turbo with reload; only the guarded app runs under pm2, as it does everywhere,
// so that the watchdog sees a supervisor at work. From source, started again when the source changes.
const path = require('node:path');

const root = path.resolve(__dirname, '..', '..');
const source = (folder) => path.join(root, folder, 'src');

const fromSource = (app) => ({
  ...app,
  script: app.script.replace(`${path.sep}dist${path.sep}`, `${path.sep}src${path.sep}`).replace(/\.js$/, '.ts'),
  node_args: ['--disable-warning=ExperimentalWarning', '--conditions=yoban-src'],
  watch: [source('examples/ailife'), source('packages/agent')],
  ignore_watch: ['\\.test\\.ts$'],
});

const { apps } = require('./ecosystem.config.cjs');

module.exports = { apps: apps.filter(({ name }) => name.startsWith('ailife')).map(fromSource) };
