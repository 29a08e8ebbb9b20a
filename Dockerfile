# One recipe for the whole monorepo; `--target` picks the app. Left out on purpose: a "# syntax" line (it would pull a frontend)
# and RUN --mount (the classic builder of Compose 1.29 has none).
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS base
ARG PNPM_VERSION=12.21.0
RUN npm install --global pnpm@${PNPM_VERSION}
# The lockfile was checked against the age and trust rules when it was made; checking it again costs 11 s a build.
ENV CI=true PNPM_CONFIG_TRUST_LOCKFILE=true TURBO_TELEMETRY_DISABLED=1
WORKDIR /repo

# Downloads depend on the lockfile alone, so a change of the code does not repeat them.
FROM base AS deps
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN pnpm fetch

FROM deps AS build
COPY . .
RUN pnpm install --frozen-lockfile --offline && pnpm exec turbo run build --output-logs=errors-only
# Each app with its production dependencies only, without the SQLite builds of other platforms (25 MB an image). Copies of the
# workspace's packages instead of links are wanted here alone: in a clone they would hide every change from the watch mode.
RUN for app in health-api alerter backup-worker watchdog cli socket-proxy example-ailife run; do \
      pnpm --config.inject-workspace-packages=true --filter "@yoban/$app" deploy --prod --offline "/out/$app" || exit 1; \
    done; \
    find /out -path '*/better-sqlite3/deps' -prune -exec rm -rf {} + -o \
      -path '*/better-sqlite3/prebuilds/*' ! -name "linux-$(node -p process.arch).node" -exec rm {} +

FROM ${NODE_IMAGE} AS runtime
# A semi-space of 1 MB and few arenas: a quarter less memory over the services. The folders are the volumes' mount points, from
# which a new named volume takes its owner.
ENV NODE_OPTIONS="--max-semi-space-size=1 --disable-warning=ExperimentalWarning" MALLOC_ARENA_MAX=2 UV_THREADPOOL_SIZE=2 \
    YOBAN_HOME=/yoban DB_PATH=/data/game.sqlite BACKUP_DIR=/backups YOBAN_PRESETS=/app/presets
COPY infra/docker/healthy.sh /usr/local/bin/healthy
COPY infra/presets /app/presets
RUN install -d -o node -g node -m 0700 /data /backups /yoban /yoban/keys /yoban/app-keys /yoban/logs /yoban/run /yoban/spool /yoban/state
WORKDIR /app
USER node

FROM runtime AS health-api
COPY --from=build /repo/apps/dashboard/dist /app/dashboard/dist
COPY --from=build /out/health-api /app/health-api
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=4s --retries=2 --start-period=20s CMD ["healthy", "http", "3000", "/livez"]
CMD ["node", "health-api/dist/main.js"]

FROM runtime AS alerter
COPY --from=build /out/alerter /app/alerter
HEALTHCHECK --interval=5s --timeout=4s --retries=2 --start-period=20s CMD ["healthy", "beat", "alerter"]
CMD ["node", "alerter/dist/main.js"]

FROM runtime AS backup-worker
COPY --from=build /out/backup-worker /app/backup-worker
HEALTHCHECK --interval=5s --timeout=4s --retries=2 --start-period=20s CMD ["healthy", "beat", "backup-worker"]
CMD ["node", "backup-worker/dist/main.js"]

FROM runtime AS watchdog
COPY --from=build /out/watchdog /app/watchdog
HEALTHCHECK --interval=5s --timeout=4s --retries=2 --start-period=20s CMD ["healthy", "beat", "watchdog"]
CMD ["node", "watchdog/dist/main.js"]

FROM runtime AS cli
COPY infra/docker/make-keys.sh /usr/local/bin/make-keys
COPY --from=build /out/cli /app/cli
ENTRYPOINT ["node", "/app/cli/dist/main.js"]
CMD ["--help"]

FROM runtime AS socket-proxy
COPY --from=build /out/socket-proxy /app/socket-proxy
EXPOSE 2375
HEALTHCHECK --interval=5s --timeout=4s --retries=2 --start-period=20s CMD ["healthy", "http", "2375", "/_ping"]
CMD ["node", "socket-proxy/dist/main.js"]

# The small parent alone, for other images: COPY --from=yoban-run:local /yoban-run /yoban-run
FROM scratch AS run
COPY --from=build /out/run /yoban-run

FROM runtime AS example
COPY --from=build /out/run /yoban-run
COPY --from=build /out/example-ailife /app/ailife
EXPOSE 3100
HEALTHCHECK --interval=5s --timeout=4s --retries=2 --start-period=20s CMD ["healthy", "http", "3100", "/healthz"]
CMD ["node", "/yoban-run/dist/main.js", "--socket", "/yoban/run/ailife.sock", "--log-dir", "/yoban/logs", "--max-memory", "512M", \
     "--", "node", "/app/ailife/dist/main.js"]
