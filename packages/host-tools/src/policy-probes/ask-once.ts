/**
 * A question that is under way is joined, not asked again: whoever hangs is asked once, however often we look meanwhile. A disk
 * that hangs would otherwise take one thread of Node's few with each look.
 */
export function askOnce<T>(question: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | null = null;
  return () => {
    asking ??= question().finally(() => {
      asking = null;
    });
    return asking;
  };
}
