/** What a look gave, with when it was made (epoch ms). A probe tells facts; what they mean is decided by its reader. */
export type Observed<Value> = Value & { observedAt: number };

/** One look at one thing. It ends by itself within its own limit, sooner when the signal fires, and never rejects for what it found. */
export type Probe<Value> = (signal?: AbortSignal) => Promise<Observed<Value>>;
