# The bridge as a small container: built in one stage, production dependencies in another, neither
# npm's cache nor a compiler in the last.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
# source maps only cost room here, as below
RUN npm run build -- --sourceMap false

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Native parts come inside the packages: nothing is compiled or fetched. What is left out: the
# binaries of other platforms and C libraries, sources that would be compiled, bundles for browsers, the
# other kind of modules, a package's own tests and pages, source maps, types. Licences stay.
RUN npm ci --omit=dev --ignore-scripts \
 && find node_modules/classic-level/prebuilds -mindepth 1 -maxdepth 1 -not -name "linux-$(node -p process.arch)" -exec rm -r {} + \
 && find node_modules/classic-level/prebuilds -name '*.musl.node' -delete \
 && rm -rf node_modules/classic-level/deps node_modules/mqtt/dist node_modules/@types node_modules/hono/dist/cjs \
    node_modules/hono/dist/types node_modules/yaml/browser node_modules/jsonrepair/lib/umd node_modules/@babel/runtime/helpers/esm \
 && find node_modules -depth -type d \( -name test -o -name tests -o -name docs -o -name benchmarks -o -name examples -o -name .github \) -exec rm -r {} + \
 && find node_modules -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.md' -not -iname 'licen[cs]e*' \) -delete

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="jvs2mqtt" \
      org.opencontainers.image.description="Brings Jovision / CloudSEE cameras into Home Assistant and any MQTT world" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=2 \
    MALLOC_ARENA_MAX=2 \
    JVS2MQTT_DATA_DIR=/data
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
RUN mkdir -m 0700 /data && chown node:node /data \
 && chmod +x /app/dist/cli/index.js && ln -s /app/dist/cli/index.js /usr/local/bin/jvs2mqtt
USER node
VOLUME /data
EXPOSE 8780 1883
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["node", "/app/dist/cli/index.js", "health"]
# node is process 1 and handles SIGTERM itself
ENTRYPOINT ["node", "/app/dist/cli/index.js"]
