# The product as a container image: docs/runbooks/install.md, "In a container". Nothing secret is copied in;
# settings come from the environment of the container.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# Dependencies in a layer of their own: they change less often than the sources.
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund --loglevel=error
COPY . .
# The image has its own Node 24, so the one that npm brings along is left out, and with it what only builds and tests need.
RUN node scripts/run.mjs build \
    && npm prune --omit=dev --no-audit --no-fund --loglevel=error \
    && rm -rf .next/cache node_modules/.bin/node node_modules/node-linux-*

FROM node:24-bookworm-slim
RUN groupadd --gid 10001 orchestral \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin orchestral \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
WORKDIR /app
# Owned by root: the server cannot change its own program.
COPY --from=build /app /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Not through npm, which would stand between the signals and the server.
CMD ["node", "scripts/run.mjs", "start"]
