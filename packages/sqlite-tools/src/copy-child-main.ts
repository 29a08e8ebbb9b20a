import { childMain } from './child-main.ts';
import { type CopyRequest, copyPinned } from './copy-pinned.ts';
import { translateSqliteError } from './sqlite-error.ts';
import { yieldToOthers } from './yield-to-others.ts';

const noteEveryMs = 500;

await childMain<Omit<CopyRequest, 'pin'>>(async (request, context) => {
  // Started while the pin is being taken, so that a small copy does not pay for two start-ups one after the other.
  const pin: CopyRequest['pin'] = JSON.parse(await context.nextText);
  // In rollback mode commits wait for this copy, so it must not wait for anybody.
  if (pin.journalMode === 'wal') yieldToOthers();
  let notedAt = performance.now();
  const progress = (doneBytes: number) => {
    if (performance.now() - notedAt < noteEveryMs) return;
    notedAt = performance.now();
    context.note({ doneBytes });
  };
  try {
    await copyPinned({ ...request, pin }, progress);
  } catch (error) {
    throw translateSqliteError(error, request.target);
  }
});
