import { userInfo } from "node:os";

/** Whose word it is: the name typed as `--by`, else the account on this machine. */
export function confirmedBy(typed: string | undefined): string {
  return typed?.trim() || userInfo().username;
}
