// The providers of a run: which stand-in serves which provider resource, configured with that resource's inputs.
import { type ConfiguredProvider, type Props, type Provider } from "./provider";
import { Refusal } from "../refusal";
import type { Snapshot } from "./snapshot";
import type { Resource } from "./state";
import { packageOf, providedPackage } from "./urn";
import { forProvider } from "./values";

export class Providers {
  private readonly byPackage: Map<string, Provider>;
  private readonly configured = new Map<string, { inputs: Props; provider: Promise<ConfiguredProvider> }>();

  constructor(
    providers: readonly Provider[],
    private readonly snapshot: Snapshot,
  ) {
    this.byPackage = new Map(providers.map((provider) => [provider.pkg, provider]));
  }

  /** @throws Refusal for a package that no stand-in serves. */
  of(pkg: string, who: string): Provider {
    const provider = this.byPackage.get(pkg);
    if (provider) return provider;
    throw new Refusal(
      `${who}: the rehearsal has no provider for the package '${pkg}'`,
      `it can make resources of ${[...this.byPackage.keys()].sort().join(", ")} only`,
      "leave the resource out of the rehearsed program, or run it with the real Pulumi CLI",
    );
  }

  secretOutputs(type: string): readonly string[] {
    return (
      this.byPackage
        .get(type.startsWith("pulumi:") ? providedPackage(type) : packageOf(type))
        ?.secretOutputs(type) ?? []
    );
  }

  /** The configured provider of a resource that names it as `<urn>::<id>`. */
  async get(reference: string, who: string): Promise<ConfiguredProvider> {
    const resource = this.snapshot.findProvider(reference);
    if (!resource) throw new Error(`${who}: unknown provider ${reference}`);
    return this.configure(resource);
  }

  /** Configures a provider with a provider resource's inputs; once for the same inputs. */
  configure(resource: Resource): Promise<ConfiguredProvider> {
    const known = this.configured.get(`${resource.urn}::${resource.id}`);
    if (known && known.inputs === resource.inputs) return known.provider;
    const { __internal: _, ...inputs } = forProvider(resource.inputs);
    const provider = this.of(providedPackage(resource.type), resource.urn).configure(inputs);
    // Whoever uses it sees the error; without this it would count as unhandled while nobody has asked yet.
    provider.catch(() => {});
    this.configured.set(`${resource.urn}::${resource.id}`, { inputs: resource.inputs, provider });
    return provider;
  }
}
