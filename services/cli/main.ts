import { Command, CommanderError } from "commander";
import { closest, distance } from "fastest-levenshtein";
import { commands } from "./commands.ts";
import { say, sayError } from "./say.ts";

process.exitCode = await run(process.argv.slice(2));

/** Runs one command line; only the command that was typed is loaded, so that help is quick. */
async function run(args: string[]): Promise<number> {
  const name = args[0] === "help" ? args[1] : args[0];
  const entry = commands.find((each) => each.name === name);
  if (name !== undefined && !name.startsWith("-") && !entry) return unknownCommand(name);
  const program = describeProgram();
  try {
    if (entry) (await entry.load()).declare(subcommand(program, entry.name));
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // commander has already printed what it has to say.
    return error instanceof CommanderError ? error.exitCode : sayError(error);
  }
}

function describeProgram(): Command {
  const program = new Command("siso")
    .description("Sĩ số: điểm danh bằng camera lớp học\nRoll call by classroom camera")
    .usage("<lệnh> [tùy chọn]")
    .helpOption("-h, --help", "trợ giúp · help")
    .helpCommand("help [lệnh]", "trợ giúp về một lệnh · help on one command")
    .configureHelp({ styleTitle: bilingualTitle, subcommandTerm: termOf })
    .configureOutput({
      getOutHelpWidth: () => 120,
      outputError: (text, write) => write(bilingualUsage(text)),
    })
    .enablePositionalOptions()
    .exitOverride();
  for (const { name, words } of commands) {
    program
      .command(name)
      .description(`${words.vi} · ${words.en}`)
      .helpOption("-h, --help", "trợ giúp · help")
      .copyInheritedSettings(program);
  }
  return program;
}

function subcommand(program: Command, name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  if (!found) throw new Error(`${name} is not declared`);
  return found;
}

function termOf(command: Command): string {
  return commands.find(({ name }) => name === command.name())?.term ?? `${command.name()} ${command.usage()}`;
}

function bilingualTitle(title: string): string {
  const titles: Record<string, string> = {
    "Usage:": "Cách dùng · Usage:",
    "Commands:": "Các lệnh · Commands:",
    "Arguments:": "Đối số · Arguments:",
    "Options:": "Tùy chọn · Options:",
  };
  return titles[title] ?? title;
}

function bilingualUsage(text: string): string {
  return `siso: Lệnh gõ chưa đúng (thêm --help để xem cách dùng)\n      ${text.trim()}\n`;
}

function unknownCommand(name: string): number {
  const names = commands.map((each) => each.name);
  const near = closest(name, names);
  const hint = distance(name, near) <= 3 ? near : "--help";
  say({
    vi: `Không có lệnh “${name}”. Có phải ./siso ${hint}?`,
    en: `There is no command “${name}”. Did you mean ./siso ${hint}?`,
  });
  return 1;
}
