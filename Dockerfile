# The bridge as a small container: bundled in one stage; neither npm's cache nor a compiler nor most of
# node_modules in the last.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# native parts come inside the packages: nothing is compiled or fetched
RUN npm ci --ignore-scripts
COPY scripts ./scripts
COPY src ./src
RUN npm run --silent bundle && node scripts/image.mjs /image

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="jvs2mqtt" \
      org.opencontainers.image.description="Brings Jovision / CloudSEE cameras into Home Assistant and any MQTT world" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
ENV NODE_ENV=production \
    NODE_OPTIONS="--max-semi-space-size=2 --v8-pool-size=0" \
    MALLOC_ARENA_MAX=2 \
    JVS2MQTT_DATA_DIR=/data
COPY --from=build /image/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
RUN mkdir -m 0700 /data && chown node:node /data \
 && chmod +x /app/dist/bin/jvs2mqtt.js && ln -s /app/dist/bin/jvs2mqtt.js /usr/local/bin/jvs2mqtt
USER node
VOLUME /data
EXPOSE 8780 1883
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["node", "/app/dist/bin/jvs2mqtt.js", "health"]
# node is process 1 and handles SIGTERM itself
ENTRYPOINT ["node", "/app/dist/bin/jvs2mqtt.js"]
