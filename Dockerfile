# For an office with a server: the api and the workers of docker-compose.yml run from this one image.
FROM node:20-bookworm-slim

WORKDIR /opt/siso
COPY . .
# As root with apt: npm packages, the model pack and ffmpeg; nothing of the demo or the tests.
RUN ./siso setup --for start \
  && rm -rf /root/.npm /var/lib/apt/lists/* var/setup/*.log \
  && install -d -o node -g node /var/lib/siso /etc/siso

USER node
ENV SISO_DATA=/var/lib/siso \
    SISO_KEY_FILE=/etc/siso/archive.key
VOLUME ["/var/lib/siso", "/etc/siso"]
ENTRYPOINT ["/opt/siso/siso"]
CMD ["start"]
