import { aptInstall, canAptInstall } from '../process/apt-install.mjs';
import { which } from '../process/which.mjs';

const find = () => which('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');

/** A Chromium for the browser tests: `{program}`, or `{problem}` with the way out. */
export async function provideChromium() {
  const found = find();
  if (found !== undefined) return { program: found };
  if (canAptInstall()) await aptInstall(['chromium']);
  const program = find();
  if (program !== undefined) return { program };
  return {
    problem:
      'There is no Chromium on this machine, so the browser tests cannot run. ' +
      'Install it (Debian: sudo apt-get install chromium; macOS: brew install --cask chromium) and run npm test again.',
  };
}
