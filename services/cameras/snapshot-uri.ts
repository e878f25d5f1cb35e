import { urlHost } from "./address-policy.ts";
import { GapError } from "./gap-error.ts";

/** The camera as it is really reached: `address` is pinned. */
export interface CameraOrigin {
  /** As configured, to recognise in what the camera says of itself. */
  host: string;
  address: string;
  port: number;
  secure: boolean;
}

/**
 * The URLs worth trying for a snapshot, always on the camera's own address: a camera behind NAT or with a stale network setting
 * names another host or port, and a hostile one could name anybody. Throws `no-usable-route` when there is nothing to try.
 */
export function snapshotUrls(uri: string, camera: CameraOrigin): URL[] {
  const said = parse(uri, "snapshot");
  if (said.protocol !== "http:" && said.protocol !== "https:") {
    throw new GapError("no-usable-route", `the snapshot URI is ${said.protocol}// and not http`);
  }
  const asSaid = onCamera(said, camera, said.protocol, explicitPort(said));
  const asConfigured = onCamera(said, camera, camera.secure ? "https:" : "http:", camera.port);
  const ordered = namesCamera(said, camera) ? [asSaid, asConfigured] : [asConfigured, asSaid];
  return ordered.filter((url, i) => ordered.findIndex((other) => other.href === url.href) === i);
}

/** Where the camera's stream really is: its own address, the port it names. Throws `no-usable-route`. */
export function streamUrl(uri: string, camera: CameraOrigin): URL {
  const said = parse(uri, "stream");
  if (said.protocol !== "rtsp:" && said.protocol !== "rtsps:") {
    throw new GapError("no-usable-route", `the stream URI is ${said.protocol}// and not rtsp`);
  }
  return onCamera(said, camera, said.protocol, explicitPort(said));
}

/** Also for `rtsp:`, whose default port the URL class does not know. */
export function explicitPort(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return { "http:": 80, "https:": 443, "rtsps:": 322 }[url.protocol] ?? 554;
}

function parse(uri: string, what: string): URL {
  if (uri.trim() === "") throw new GapError("no-usable-route", `the ${what} URI is empty`);
  // Some cameras leave spaces or raw IPv6 in it; what URL cannot read nobody can fetch.
  if (!URL.canParse(uri.trim())) throw new GapError("no-usable-route", `the ${what} URI is not a URI`);
  return new URL(uri.trim());
}

function onCamera(said: URL, camera: CameraOrigin, protocol: string, port: number): URL {
  // Built anew so that user names, passwords and fragments of the camera's URI are dropped.
  return new URL(`${protocol}//${urlHost(camera.address)}:${port}${said.pathname}${said.search}`);
}

function namesCamera(said: URL, camera: CameraOrigin): boolean {
  const named = said.hostname.replace(/^\[(.*)\]$/u, "$1").toLowerCase();
  return named === camera.address.toLowerCase() || named === camera.host.toLowerCase();
}
