import { SisoError } from "../errors.ts";

export interface CameraAddress {
  host: string;
  port: number;
  secure: boolean;
}

/** `192.168.10.21`, `192.168.10.21:8080`, `camera-a1.lan`, `https://192.168.10.21`, `[fd00::21]:80`. Throws `input-invalid`. */
export function parseCameraAddress(text: string): CameraAddress {
  const address = /^[a-z]+:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid(text);
  if (url.username !== "" || url.password !== "") throw carriesPassword();
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port, secure };
}

function invalid(text: string): SisoError {
  return new SisoError("input-invalid", {
    vi: `“${text}” không phải địa chỉ camera; ví dụ đúng: 192.168.10.21 hoặc https://192.168.10.21:8443`,
    en: `“${text}” is not a camera's address; for example 192.168.10.21 or https://192.168.10.21:8443`,
  });
}

function carriesPassword(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Không ghi tên đăng nhập hay mật khẩu trong địa chỉ; dùng --user và --password-file",
    en: "Do not write the user name or password in the address; use --user and --password-file",
  });
}
