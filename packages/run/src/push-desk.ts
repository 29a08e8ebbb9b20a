import { beatEveryMs, type Push, type PushKind, type Status } from './protocol.ts';

export interface PushDesk {
  watch(hear: (push: Push) => void): () => void;
  push(event: PushKind): void;
}

/** Tells every watcher what happens, and that there is somebody to tell it: a beat, only while anybody listens. */
export function createPushDesk(status: () => Status, now: () => number): PushDesk {
  const watchers = new Set<(push: Push) => void>();
  let beat: NodeJS.Timeout | undefined;
  const push = (event: PushKind) => {
    if (watchers.size === 0) return;
    const message: Push = { event, at: now(), status: status() };
    for (const hear of [...watchers]) hear(message);
  };
  return {
    push,
    watch: (hear) => {
      watchers.add(hear);
      beat ??= setInterval(push, beatEveryMs, 'beat');
      return () => {
        watchers.delete(hear);
        if (watchers.size > 0) return;
        clearInterval(beat);
        beat = undefined;
      };
    },
  };
}
