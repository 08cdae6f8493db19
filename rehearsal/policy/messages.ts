// The analyzer protocol's messages, to and from plain objects.
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as pb from "@pulumi/pulumi/proto/analyzer_pb";
import type { Json, Props } from "../engine/provider";
import type { PackConfiguration } from "./configuration";
import type { StackIdentity } from "./analyzer";

/** In the order of the protocol's `EnforcementLevel` (analyzer.proto). */
export const levels = ["advisory", "mandatory", "disabled", "remediate"] as const;
export type EnforcementLevel = (typeof levels)[number];

const severities = ["unspecified", "low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

export interface PolicyInfo {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly enforcementLevel: EnforcementLevel;
  readonly severity: Severity;
  readonly kind: "resource" | "stack" | "unknown";
  readonly tags: readonly string[];
  readonly remediationSteps: string;
  readonly url: string;
  /** Knob -> its JSON schema. */
  readonly configSchema: Readonly<Record<string, { [key: string]: Json }>>;
  readonly required: readonly string[];
}

export interface PackInfo {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly policies: readonly PolicyInfo[];
}

/** One violation, or a policy that could not run because of an unknown value (then advisory). */
export interface Diagnostic {
  readonly policy: string;
  readonly pack: string;
  readonly packVersion: string;
  readonly description: string;
  readonly message: string;
  readonly level: EnforcementLevel;
  readonly severity: Severity;
  /** The resource in violation; undefined = the stack as a whole. */
  readonly urn?: string;
}

/** What a policy at level `remediate` did: the resource's new properties, or why it could not run. */
export type Remediation = Pick<Diagnostic, "policy" | "pack" | "packVersion"> &
  ({ readonly properties: Props } | { readonly warning: string });

/** A resource as a pack gets it. Properties in Pulumi's wire form: unknowns and secrets by their sentinels. */
export interface AnalyzedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly properties: Props;
  readonly options?: {
    readonly protect?: boolean;
    readonly ignoreChanges?: readonly string[];
    readonly deleteBeforeReplace?: boolean;
    readonly aliases?: readonly string[];
    readonly additionalSecretOutputs?: readonly string[];
    /** Seconds; 0 = the provider's default. */
    readonly customTimeouts?: {
      readonly create?: number;
      readonly update?: number;
      readonly delete?: number;
    };
    readonly parent?: string;
  };
  /** The provider's resource; none for components and built-in resources. */
  readonly provider?: Pick<AnalyzedResource, "urn" | "type" | "name" | "properties">;
}

export interface StackResource extends AnalyzedResource {
  readonly parent?: string;
  /** URNs. */
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

const struct = (props: Props) => Struct.fromJavaScript(props as { [key: string]: JavaScriptValue });

function optionsMessage(resource: AnalyzedResource): pb.AnalyzerResourceOptions {
  const options = resource.options ?? {};
  const timeouts = new pb.AnalyzerResourceOptions.CustomTimeouts()
    .setCreate(options.customTimeouts?.create ?? 0)
    .setUpdate(options.customTimeouts?.update ?? 0)
    .setDelete(options.customTimeouts?.delete ?? 0);
  return new pb.AnalyzerResourceOptions()
    .setProtect(options.protect ?? false)
    .setIgnorechangesList([...(options.ignoreChanges ?? [])])
    .setDeletebeforereplace(options.deleteBeforeReplace ?? false)
    .setDeletebeforereplacedefined(options.deleteBeforeReplace !== undefined)
    .setAliasesList([...(options.aliases ?? [])])
    .setAdditionalsecretoutputsList([...(options.additionalSecretOutputs ?? [])])
    .setCustomtimeouts(timeouts)
    .setParent(options.parent ?? "");
}

function providerMessage(provider: AnalyzedResource["provider"]): pb.AnalyzerProviderResource | undefined {
  if (!provider) return undefined;
  return new pb.AnalyzerProviderResource()
    .setUrn(provider.urn)
    .setType(provider.type)
    .setName(provider.name)
    .setProperties(struct(provider.properties));
}

/** Fills what the requests for one resource and for a stack have in common. */
function fill<Message extends pb.AnalyzeRequest | pb.AnalyzerResource>(
  message: Message,
  resource: AnalyzedResource,
): Message {
  message.setUrn(resource.urn);
  message.setType(resource.type);
  message.setName(resource.name);
  message.setProperties(struct(resource.properties));
  // Without options a pack takes the engine for one from 2019 and refuses (@pulumi/policy server.ts).
  message.setOptions(optionsMessage(resource));
  message.setProvider(providerMessage(resource.provider));
  return message;
}

export function resourceRequest(resource: AnalyzedResource): pb.AnalyzeRequest {
  return fill(new pb.AnalyzeRequest(), resource);
}

export function stackRequest(resources: readonly StackResource[]): pb.AnalyzeStackRequest {
  return new pb.AnalyzeStackRequest().setResourcesList(
    resources.map((resource) => {
      const message = fill(new pb.AnalyzerResource(), resource);
      message.setParent(resource.parent ?? "");
      message.setDependenciesList([...(resource.dependencies ?? [])]);
      for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {})) {
        if (!urns.length) continue;
        const list = new pb.AnalyzerPropertyDependencies().setUrnsList([...urns]);
        message.getPropertydependenciesMap().set(property, list);
      }
      return message;
    }),
  );
}

export function stackConfiguration(stack: StackIdentity): pb.AnalyzerStackConfigureRequest {
  const request = new pb.AnalyzerStackConfigureRequest()
    .setOrganization(stack.organization ?? "organization")
    .setProject(stack.project)
    .setStack(stack.stack)
    .setDryRun(stack.preview ?? false);
  for (const [key, value] of Object.entries(stack.tags ?? {})) request.getTagsMap().set(key, value);
  for (const [key, value] of Object.entries(stack.config ?? {})) request.getConfigMap().set(key, value);
  return request;
}

export function configureRequest(config: PackConfiguration): pb.ConfigureAnalyzerRequest {
  const request = new pb.ConfigureAnalyzerRequest();
  for (const [policy, { enforcementLevel, properties }] of Object.entries(config)) {
    const message = new pb.PolicyConfig()
      .setEnforcementlevel(levels.indexOf(enforcementLevel) as pb.EnforcementLevel)
      .setProperties(struct(properties));
    request.getPolicyconfigMap().set(policy, message);
  }
  return request;
}

export function diagnosticsOf(response: pb.AnalyzeResponse, urn?: string): Diagnostic[] {
  return response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    pack: diagnostic.getPolicypackname(),
    packVersion: diagnostic.getPolicypackversion(),
    description: diagnostic.getDescription(),
    message: diagnostic.getMessage(),
    level: levels[diagnostic.getEnforcementlevel()],
    severity: severities[diagnostic.getSeverity()] ?? "unspecified",
    urn: diagnostic.getUrn() || urn,
  }));
}

export function remediationsOf(response: pb.RemediateResponse): Remediation[] {
  return response.getRemediationsList().map((remediation) => ({
    policy: remediation.getPolicyname(),
    pack: remediation.getPolicypackname(),
    packVersion: remediation.getPolicypackversion(),
    ...(remediation.getDiagnostic() !== ""
      ? { warning: remediation.getDiagnostic() }
      : { properties: remediation.getProperties()?.toJavaScript() as Props }),
  }));
}

export function infoOf(info: pb.AnalyzerInfo): PackInfo {
  const kinds = ["unknown", "resource", "stack"] as const;
  return {
    name: info.getName(),
    displayName: info.getDisplayname(),
    version: info.getVersion(),
    policies: info.getPoliciesList().map((policy) => ({
      name: policy.getName(),
      displayName: policy.getDisplayname(),
      description: policy.getDescription(),
      enforcementLevel: levels[policy.getEnforcementlevel()],
      severity: severities[policy.getSeverity()] ?? "unspecified",
      kind: kinds[policy.getPolicyType()] ?? "unknown",
      tags: policy.getTagsList(),
      remediationSteps: policy.getRemediationSteps(),
      url: policy.getUrl(),
      configSchema: (policy.getConfigschema()?.getProperties()?.toJavaScript() ??
        {}) as PolicyInfo["configSchema"],
      required: policy.getConfigschema()?.getRequiredList() ?? [],
    })),
  };
}
