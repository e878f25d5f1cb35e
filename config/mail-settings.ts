import { z } from "zod";

/** Where mail is fetched from and sent through; passwords lie in files of their own. */

const words = z.string().trim().min(1);
const passwordFile = z.string().startsWith("/");

const server = {
  host: words,
  port: z.int().min(1).max(65_535),
  /** `none` sends the password in the clear, so it is taken for this machine's own servers only. */
  security: z.enum(["tls", "starttls", "none"]).default("tls"),
  /** PEM certificates trusted beside the public ones: the institution's own authority, or the server's own certificate. */
  caFile: z.string().startsWith("/").nullable().default(null),
};

const clearTextAbroad = {
  path: ["security"],
  error: "“none” chỉ dùng cho máy chủ trên chính máy này · “none” is for a server on this very machine only",
};

function keepsSecrets({ host, security }: { host: string; security: string }): boolean {
  return security !== "none" || ["127.0.0.1", "::1", "localhost"].includes(host);
}

const imap = z
  .strictObject({ ...server, username: words, passwordFile, mailbox: words.default("INBOX") })
  .refine(keepsSecrets, clearTextAbroad);

const smtp = z
  .strictObject({
    ...server,
    username: words.nullable().default(null),
    passwordFile: passwordFile.nullable().default(null),
  })
  .refine(keepsSecrets, clearTextAbroad)
  .refine(({ username, passwordFile }) => (username === null) === (passwordFile === null), {
    path: ["passwordFile"],
    error: "username và passwordFile đi cùng nhau · username and passwordFile go together",
  });

export const mailSettings = z.strictObject({
  imap,
  smtp,
  /** Shown beside `intakeAddress` as the sender. */
  senderName: words.default("Sĩ số"),
  /**
   * The name under which the institution's own mail server writes Authentication-Results. With it a mail whose sender nothing
   * vouches for is quarantined; without it only a stated failure is.
   */
  authservId: words.nullable().default(null),
  maxMegabytes: z.int().min(1).max(100).default(40),
  /** Each of them gets the archive log's newest checkpoint once a day, to be kept outside this institution's machines. */
  auditors: z.array(z.email()).default([]),
  pollSeconds: z.int().min(5).max(3600).default(60),
  /** Replies one address may get within an hour; beyond that it is a loop. */
  repliesPerHour: z.int().min(1).max(1000).default(30),
});

/** A whole address, or `@domain` for everybody there. */
export const allowedSender = z.union([
  z.email(),
  z.string().regex(/^@[\p{L}\d-]+(\.[\p{L}\d-]+)+$/u, {
    error: "địa chỉ thư hoặc @tên-miền · an address or @domain",
  }),
]);
