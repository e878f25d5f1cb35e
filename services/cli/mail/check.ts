import { readConfig } from "../../../config/read-config.ts";
import { thisMachine } from "../../../config/this-machine.ts";
import { connectMailbox, openMail } from "../../../workers/open-mail.ts";
import { SisoError } from "../../errors.ts";
import { tableLines } from "../table-lines.ts";

/** Connects to both servers, logs in, and neither takes nor sends anything; what is wrong is said as the service would meet it. */
export async function checkMail(
  env: Record<string, string | undefined>,
): Promise<{ text: string; ok: boolean }> {
  const { institution } = readConfig(env, thisMachine);
  const connect = connectMailbox(institution);
  const { mailSender } = openMail(institution);
  const { mail } = institution;
  if (connect === null || mailSender === null || mail === null) throw noMailbox();
  const read = await outcome(async () => {
    const mailbox = await connect();
    const messages = (await mailbox.since(null)).length;
    await mailbox.close();
    return `${messages} thư · messages`;
  });
  const sent = await outcome(async () => {
    await mailSender.greet();
    return "sẵn sàng gửi · ready to send";
  });
  const row = (
    name: string,
    { host, port, security }: typeof mail.imap | typeof mail.smtp,
    said: Outcome,
  ) => [said.ok ? "✓" : "✗", name, `${host}:${port} (${security})`, said.ok ? said.text : ""];
  const lines = tableLines([row("Đọc · IMAP", mail.imap, read), row("Gửi · SMTP", mail.smtp, sent)]);
  const troubles = [read, sent].flatMap(({ ok, text }) => (ok ? [] : [text]));
  return { text: [...lines, ...troubles, ""].join("\n"), ok: read.ok && sent.ok };
}

interface Outcome {
  ok: boolean;
  text: string;
}

async function outcome(work: () => Promise<string>): Promise<Outcome> {
  try {
    return { ok: true, text: await work() };
  } catch (error) {
    if (!(error instanceof SisoError)) throw error;
    return { ok: false, text: `\n  ${error.words.vi}\n  ${error.words.en}` };
  }
}

function noMailbox(): SisoError {
  return new SisoError("input-invalid", {
    vi: "Hộp thư chưa được khai báo: xem mail trong SISO_INSTITUTION_FILE (docs/mail.md).",
    en: "No mailbox is configured: see mail in SISO_INSTITUTION_FILE (docs/mail.md).",
  });
}
