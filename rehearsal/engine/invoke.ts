// Data-source calls of the program.
import { CheckFailure } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceInvokeResponse } from "@pulumi/pulumi/proto/resource_pb";
import { Failed } from "./context";
import type { Deployment } from "./deployment";
import type { Props } from "./provider";
import { Refusal } from "../refusal";
import { packageOf } from "./urn";
import { forProvider, fromProgram, fromStruct, hasUnknowns, toStruct } from "./values";

export async function invoke(deployment: Deployment, request: any): Promise<ResourceInvokeResponse> {
  const token: string = request.getTok();
  const args = fromProgram(fromStruct(request.getArgs()), `the arguments of ${token}`) as Props;
  const response = new ResourceInvokeResponse();
  if (packageOf(token) === "pulumi") {
    response.setReturn(toStruct(builtin(deployment, token, args)));
    return response;
  }
  if (request.getPackageref() !== "" || request.getPluginchecksumsMap().getLength() > 0) {
    throw new Refusal(
      `${token} of a parameterized or checksummed package is not supported by the rehearsal`,
      "no plugin is loaded",
      "leave it out of the rehearsed program, or run it with the real Pulumi CLI",
    );
  }
  const { context, providers } = deployment;
  if (context.stopping) throw new Failed();
  const reference = await deployment.providerResources.referenceFor({
    type: token,
    name: token,
    parent: request.getParent(),
    provider: request.getProvider(),
    version: request.getVersion(),
    pluginDownloadUrl: request.getPlugindownloadurl(),
  });
  const provider = await providers.get(reference, token);
  const plain = forProvider(args);
  if (hasUnknowns(plain)) {
    // The SDK does not ask with unknown arguments; should one slip through, the answer is unknown as well.
    (response as any).setUnknown(true);
    return response;
  }
  const { result, failures } = await context.limited(() => provider.invoke(token, plain, context.signal));
  response.setReturn(toStruct(result));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

/** Functions of the engine itself. */
function builtin({ snapshot }: Deployment, token: string, args: Props): Props {
  if (token === "pulumi:pulumi:getResource") {
    const resource = snapshot.news.find((one) => one.urn === args.urn && !one.delete);
    if (!resource) throw new Error(`unknown resource ${String(args.urn)}`);
    return { urn: resource.urn, id: resource.id ?? "", state: resource.outputs };
  }
  throw new Refusal(
    `${token} is not supported by the rehearsal`,
    "it reads other stacks, and the rehearsal knows one stack only",
    "take the value from the configuration when rehearsing",
  );
}
