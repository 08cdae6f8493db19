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

export const wrongValue = (target: string, value: unknown, advice: string): Problem =>
  invalid(target, `The value of parameter ${target} is invalid: ${JSON.stringify(value)}.`, advice);

/** AKS's words for it: pulumi/pulumi-azure-native#2943. */
export const missing = (target: string, advice: string): Problem =>
  invalid(target, `Required parameter ${target} is missing (null).`, advice);

/** As an ARM error is printed (pulumi/pulumi-azure-native#959, #2943), then what to do. */
export function describe(problem: Problem, status = 400): string {
  const target = problem.target ? ` Target="${problem.target}"` : "";
  return `Status=${status} Code="${problem.code}" Message="${problem.message}"${target}\n${problem.advice}`;
}

/** Azure's refusal of a request. */
export class ArmError extends Error {
  constructor(
    readonly problems: readonly Problem[],
    status = 400,
  ) {
    super(problems.map((problem) => describe(problem, status)).join("\n"));
  }
}

/** A refusal of the request as a whole. */
export const refusal = (status: number, code: string, message: string, advice: string): ArmError =>
  new ArmError([{ target: "", code, message, advice }], status);

/**
 * A GET of what is not there, in ARM's words: pulumi/pulumi-azure#62 (ResourceNotFound), pulumi/pulumi-azure-nextgen#66
 * (ResourceGroupNotFound).
 * @param has whether Azure holds the resource of an id
 */
export function gone(id: string, has: (id: string) => boolean): ArmError {
  const [inGroup, group] = /^\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  if (inGroup && !has(inGroup))
    return refusal(
      404,
      "ResourceGroupNotFound",
      `Resource group '${group}' could not be found.`,
      "Declare it as a ResourceGroup in the program and take the name from its `name` output: the rehearsal's Azure holds nothing else.",
    );
  const [, ...provided] = id.split("/providers/");
  const where = group === undefined ? "" : ` under resource group '${group}'`;
  return refusal(
    404,
    "ResourceNotFound",
    `The Resource '${provided.join("/providers/")}'${where} was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    "Correct the name; what a stack made and somebody deleted, `pulumi refresh` takes out of its state.",
  );
}
