import { randomUUID } from 'node:crypto';

const SENDERS = ['Hanako', 'Ken', 'Yuki', 'Mina', 'Sora'];
const AMOUNTS_YEN = [100, 200, 500, 1_000, 3_000];

export interface FakeTip {
  id: string;
  sender: string;
  amountYen: number;
  message: string;
}

/** Gives a tip now and then: `everyMs` apart on average, 0 = never. Returns how to end it. */
export function startFakeTips(everyMs: number, give: (tip: FakeTip) => void): () => void {
  if (everyMs === 0) return () => {};
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(
      () => {
        const pick = <T>(list: readonly T[], fallback: T): T =>
          list[Math.floor(Math.random() * list.length)] ?? fallback;
        give({ id: randomUUID(), sender: pick(SENDERS, 'Ken'), amountYen: pick(AMOUNTS_YEN, 100), message: '' });
        next();
      },
      everyMs * (0.5 + Math.random()),
    );
  };
  next();
  return () => clearTimeout(timer);
}
