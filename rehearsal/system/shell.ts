/** A word as a shell reads it, whatever stands in it. */
export const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

export const exportsOf = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
