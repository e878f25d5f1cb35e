/**
 * Cameras have self-signed certificates, and old ones only TLS 1.0 with 1024-bit keys. Nothing is proven by it: the address is
 * pinned and the password is only ever sent as a digest when the camera lets us.
 */
export const cameraTls = {
  rejectUnauthorized: false,
  minVersion: "TLSv1",
  ciphers: "DEFAULT:@SECLEVEL=0",
} as const;
