// Knobs: what a policy's `configSchema` lets a team set. Pulumi checks them against the schema and fills in defaults;
// whoever serves the pack otherwise may do neither.

/** What to throw for a knob of the wrong kind. @param wanted what to write */
export function wrongKnob(knob: string, value: any, wanted: string): Error {
  return new Error(`${knob} is ${JSON.stringify(value)} in the policy configuration; write ${wanted}`);
}

/** A whole number of at least 0. */
export function wholeNumber(config: any, knob: string, otherwise: number): number {
  const value = config[knob] === undefined ? otherwise : config[knob];
  if (!Number.isInteger(value) || value < 0)
    throw wrongKnob(knob, value, `a whole number, such as ${otherwise}`);
  return value;
}

/** A list of texts. */
export function listOfTexts(config: any, knob: string, example: string, otherwise: string[] = []): string[] {
  const value = config[knob] === undefined ? otherwise : config[knob];
  if (!Array.isArray(value) || value.some((one) => typeof one !== "string")) {
    throw wrongKnob(knob, value, `a list of texts, such as ["${example}"]`);
  }
  return value;
}

/** The schema of such a list. */
export function textsSchema(description: string, otherwise: string[] = []) {
  return { type: "array" as const, items: { type: "string" as const }, default: otherwise, description };
}

/** The schema of such a number. */
export function numberSchema(description: string, otherwise: number) {
  return { type: "integer" as const, minimum: 0, default: otherwise, description };
}
