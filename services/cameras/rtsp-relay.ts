import { randomBytes } from "node:crypto";
import { connect as connectTcp, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { cameraTls } from "./camera-tls.ts";
import { asGap, GapError } from "./gap-error.ts";
import { createRtspSplitter, encodeRtsp, withHeaders } from "./rtsp-messages.ts";
import type { RtspMessage } from "./rtsp-messages.ts";
import { createRtspLogin } from "./rtsp-login.ts";

export interface RtspRelayOptions {
  /** On the camera's pinned address. */
  target: URL;
  port: number;
  address: string;
  username: string;
  password: string;
  connectTimeoutMs: number;
}

export interface RtspRelay {
  /** What the player opens: loopback, one connection, an unguessable path, no credentials. */
  url: string;
  /** Why the camera's side ended, once it has. */
  failure(): GapError | null;
  close(): void;
}

/**
 * A one-connection RTSP relay on 127.0.0.1 that adds the camera's authentication, so that the player never knows a password and
 * can reach nothing but this camera. When this process dies both connections close and the player ends by itself.
 */
export async function startRtspRelay(options: RtspRelayOptions): Promise<RtspRelay> {
  let failure: GapError | null = null;
  let url = "";
  const sockets = new Set<Socket>();
  const server = createServer((player) => {
    // One player only: whoever comes second finds the door closed.
    server.close();
    const camera = dial(options);
    sockets.add(player).add(camera);
    join(player, camera, { ...options, url }, (error) => {
      failure ??= error;
      for (const socket of sockets) socket.destroy();
    });
  });
  url = `rtsp://127.0.0.1:${await listen(server)}/${randomBytes(16).toString("hex")}`;
  return {
    url,
    failure: () => failure,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function dial({ address, port, target, connectTimeoutMs }: RtspRelayOptions): Socket {
  const secure = target.protocol === "rtsps:";
  const socket = secure
    ? connectTls({ host: address, port, ...cameraTls })
    : connectTcp({ host: address, port });
  const timer = setTimeout(() => {
    socket.destroy(new GapError("unreachable", "RTSP: the camera does not accept the connection"));
  }, connectTimeoutMs);
  socket.once(secure ? "secureConnect" : "connect", () => clearTimeout(timer));
  socket.once("close", () => clearTimeout(timer));
  return socket.setNoDelay(true);
}

function join(
  player: Socket,
  camera: Socket,
  options: RtspRelayOptions & { url: string },
  end: (error: GapError | null) => void,
): void {
  const login = createRtspLogin(options);
  const retarget = createRetarget(options.url, options.target);
  const toCamera = (message: RtspMessage): void => void camera.write(encodeRtsp(message));
  const fail = (error: unknown): void => end(asGap(error, "no-usable-route"));

  const fromPlayer = createRtspSplitter(
    (request) => toCamera(login.outgoing(retarget(request))),
    (packet) => camera.write(packet),
  );
  const fromCamera = createRtspSplitter(
    (message) => {
      // A camera may ask something itself; the player does not answer, so it is let pass.
      const isAnswer = message.startLine.startsWith("RTSP/");
      const answer = isAnswer ? login.incoming(message) : { to: "player", message };
      if (answer.to === "camera") toCamera(answer.message);
      else player.write(encodeRtsp(answer.message));
    },
    (packet) => {
      // A player that does not keep up must slow the camera, not fill our memory.
      if (!player.write(packet)) {
        camera.pause();
        player.once("drain", () => camera.resume());
      }
    },
  );
  pump(player, fromPlayer.push, fail);
  pump(camera, fromCamera.push, fail);
  player.once("close", () => end(null));
  camera.once("close", () => end(null));
}

function pump(socket: Socket, push: (chunk: Buffer) => void, fail: (error: unknown) => void): void {
  socket.on("error", fail);
  socket.on("data", (chunk: Buffer) => {
    try {
      push(chunk);
    } catch (error) {
      fail(error);
    }
  });
}

/**
 * The player's address of us becomes the camera's own; a URI the camera itself gave is already right. Whoever does not begin with
 * the path only our player was told is turned away.
 */
function createRetarget(url: string, target: URL): (request: RtspMessage) => RtspMessage {
  let admitted = false;
  return (request) => {
    const [method = "", uri = "", version = ""] = request.startLine.split(" ");
    const ours = uri.startsWith(url);
    if (!ours && !admitted) throw new GapError("no-usable-route", "RTSP relay: somebody else connected");
    admitted = true;
    const goal = ours ? `${target.href}${uri.slice(url.length)}` : uri;
    return withHeaders({ ...request, startLine: `${method} ${goal} ${version}` }, { authorization: null });
  };
}
