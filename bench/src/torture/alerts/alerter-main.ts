// The alerter as the torture runs it: the product's own service, which dies at a labelled step when it is told to, and of which
// one safeguard may be broken (first argument).
import { runService } from '@yoban/shared/lifecycle';
import { createLogger } from '@yoban/shared/logger';
import { readAlerterConfig } from '../../../../apps/alerter/src/config.ts';
import { createService } from '../../../../apps/alerter/src/service.ts';
import type { Order } from './alerter-child.ts';
import type { Sabotage } from './sabotage-names.ts';
import { applySabotage } from './sabotages.ts';

const sabotage = (process.argv[2] ?? '') as Sabotage | '';
let order: Order | null = null;
process.on('message', (message) => {
  order = message as Order | null;
});
// Without whoever runs the torture nobody would end this process.
process.on('disconnect', () => process.exit(1));

const pass = (step: Order['step'] | 'between') => {
  // A decision in two halves is to be killed between them, which is where a whole one has no step.
  const wanted = sabotage === 'decision-without-outbox' && order?.step === 'decided' ? 'between' : order?.step;
  if (!order || step !== wanted) return;
  order.passes -= 1;
  if (order.passes <= 0) process.kill(process.pid, 'SIGKILL');
};
if (sabotage !== '') applySabotage(sabotage, pass);
const log = createLogger('alerter', process.env.LOG_LEVEL);
runService(log, (stop) => createService(readAlerterConfig(process.env, process.cwd()), { log, stop, onStep: pass }));
