/** `${NAME}`, `${NAME:-fallback}` and `${NAME:?complaint}`; a fallback may hold others. */
const OPENING = /\$\{([A-Z][A-Z0-9_]*)(?::([-?]))?/y;

/**
 * Fills in the variables of compose files, as the compose specification says ("Interpolation"), so far as ours uses it;
 * an empty variable counts as missing.
 */
export class Interpolation {
  /** Every variable that was named, whether it was needed or not. */
  readonly names = new Set<string>();
  /** The complaints about those that were needed and not given, by name. */
  readonly missing = new Map<string, string>();

  constructor(private readonly environment: Record<string, string | undefined>) {}

  /** A parsed file with the variables in its strings filled in; keys and comments have none. */
  apply(value: unknown): unknown {
    if (typeof value === 'string') return this.fill(value);
    if (Array.isArray(value)) return value.map((item) => this.apply(item));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.apply(item)]));
  }

  /** @throws Error at a `$` that begins nothing of this */
  private fill(text: string): string {
    let at = 0;
    const readUntil = (end: string | undefined): string => {
      let read = '';
      while (at < text.length && text.charAt(at) !== end)
        read += text.charAt(at) === '$' ? readVariable() : text.charAt(at++);
      return read;
    };
    const readVariable = (): string => {
      OPENING.lastIndex = at;
      const [opening, name, operator] = OPENING.exec(text) ?? [];
      if (!opening || !name) throw new Error(`not a variable: ${text.slice(at, at + 20)}`);
      at += opening.length;
      const rest = readUntil('}');
      at += 1;
      this.names.add(name);
      const value = this.environment[name];
      if (!value && operator === '?') this.missing.set(name, rest);
      return value || (operator === '-' ? rest : '');
    };
    return readUntil(undefined);
  }
}
