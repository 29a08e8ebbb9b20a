export { type Metrics, MetricsCollector, type MetricsCollectorOptions } from './metrics-collector.ts';
export { type MetricsLine, type MetricsLogOptions, metricsLine, startMetricsLog } from './metrics-log.ts';
export { defaultReconnectPolicy, type ReconnectPolicy, reconnectDelay } from './reconnect-delay.ts';
export { createReconnectOverlay, RECONNECT_OVERLAY_CLASS, type ReconnectOverlay } from './reconnect-overlay.ts';
export {
  type ConnectionState,
  type MessageKind,
  ReconnectingSocket,
  type ReconnectingSocketOptions,
  type SocketClock,
  type WebSocketLike,
} from './reconnecting-socket.ts';
export type {
  Character,
  CycleOutcome,
  GameState,
  LlmOutcome,
  PlatformName,
  ReportBody,
  TipOutcome,
} from './report-body.ts';
export { Reporter, type ReporterOptions, type ReporterStats } from './reporter.ts';
