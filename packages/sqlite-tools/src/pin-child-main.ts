import { childMain } from './child-main.ts';
import { pinSnapshot } from './pin-snapshot.ts';

await childMain<{ source: string }>(async ({ source }, context) => {
  const snapshot = await pinSnapshot(source);
  context.note(snapshot.pin);
  await context.nextText;
  snapshot.release();
});
