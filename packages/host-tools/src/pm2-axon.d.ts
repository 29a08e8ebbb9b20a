declare module 'pm2-axon' {
  import type { EventEmitter } from 'node:events';

  /** The part of its sockets that we use; the package has no types of its own. */
  interface AxonSocket extends EventEmitter {
    set(name: 'retry timeout' | 'retry max timeout', value: number): this;
    connect(path: string): this;
    close(): void;
  }
  interface SubSocket extends AxonSocket {
    subscribe(topic: string): RegExp;
  }
  interface ReqSocket extends AxonSocket {
    /** Waits in a queue until there is a connection. */
    send(message: object, onAnswer: (answer?: object) => void): void;
  }
  const axon: { socket(type: 'sub'): SubSocket; socket(type: 'req'): ReqSocket };
  export default axon;
}
