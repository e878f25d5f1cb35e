/** As typed; each subcommand reads what it declares. */
export interface EnrolOptions {
  course: string;
  json?: boolean;
  confirm?: boolean;
  all?: boolean;
  stop?: boolean;
  basis?: string;
  days?: string;
  sessions?: string;
  out?: string;
  by?: string;
  why?: string;
  trainee?: string;
}
