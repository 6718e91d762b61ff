/** The folders in which the system looks for programs, as it writes them: PATH. */
export function readSearchPath(environment: Record<string, string | undefined> = process.env): string {
  return environment.PATH ?? '';
}
