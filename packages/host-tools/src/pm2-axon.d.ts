declare module 'pm2-axon' {
  import type { EventEmitter } from 'node:events';

  /** The part of a subscriber socket that we use; the package has no types of its own. */
  interface SubSocket extends EventEmitter {
    set(name: 'retry timeout' | 'retry max timeout', value: number): this;
    subscribe(topic: string): RegExp;
    connect(path: string): this;
    close(): void;
  }
  const axon: { socket(type: 'sub'): SubSocket };
  export default axon;
}
