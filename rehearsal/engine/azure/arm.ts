// How Azure Resource Manager says no, and how pulumi-azure-native passes that on.

/** One thing that Azure would refuse. */
export interface Problem {
  /** Path in the ARM body, "properties.agentPoolProfiles[0].count"; names in the id have no `properties.`. */
  readonly target: string;
  /** Azure's error code. */
  readonly code: string;
  readonly message: string;
  /** What to write instead. */
  readonly advice: string;
}

/** An invalid value: Azure's `InvalidParameter`. */
export const invalid = (target: string, message: string, advice: string): Problem => ({
  target,
  code: "InvalidParameter",
  message,
  advice,
});

/** AKS's words for it: pulumi/pulumi-azure-native#2943. */
export const missing = (target: string, advice: string): Problem =>
  invalid(target, `Required parameter ${target} is missing (null).`, advice);

/** AKS's words for it: pulumi/pulumi-azure-native#959. */
export const unchangeable = (target: string, advice: string): Problem => ({
  target,
  code: "PropertyChangeNotAllowed",
  message: `Changing property '${target}' is not allowed.`,
  advice,
});

/** As an ARM error is printed (pulumi/pulumi-azure-native#959, #2943), then what to do. */
export function describe(problem: Problem, status = 400): string {
  const target = problem.target ? ` Target="${problem.target}"` : "";
  return `Status=${status} Code="${problem.code}" Message="${problem.message}"${target}\n${problem.advice}`;
}

/** Azure's refusal of a request. */
export class ArmError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(problems: readonly Problem[], status = 400) {
    super(problems.map((problem) => describe(problem, status)).join("\n"));
    this.name = "ArmError";
    this.status = status;
    this.code = problems[0].code;
  }
}

/** A resource, or the parent it needs, is not there. */
export function notFound(code: string, message: string, advice: string): ArmError {
  return new ArmError([{ target: "", code, message, advice }], 404);
}
